import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { v4 } from 'uuid';

/** Choices that the seed alone determines. */
export class Random {
  readonly #generator;

  /** @param stream the same seed gives each stream choices of its own */
  constructor(seed: number, stream = 0) {
    this.#generator = xoroshiro128plus(Math.imul(seed, 0x9e3779b1) ^ (stream * 0x85ebca6b));
  }

  /** Both ends included. */
  int(from: number, to: number): number {
    return uniformInt(this.#generator, from, to);
  }

  /** Happens so often of 100 times. */
  percent(chance: number): boolean {
    return this.int(1, 100) <= chance;
  }

  /** @param items not empty */
  pick<T>(items: readonly T[]): T {
    return items[this.int(0, items.length - 1)]!;
  }

  /** By weights, which are whole numbers. */
  pickWeighted<Name extends string>(weights: Readonly<Record<Name, number>>): Name {
    const entries = Object.entries(weights) as [Name, number][];
    let left = this.int(
      1,
      entries.reduce((sum, [, weight]) => sum + weight, 0),
    );
    return entries.find(([, weight]) => (left -= weight) <= 0)![0];
  }

  shuffle<T>(items: readonly T[]): T[] {
    const shuffled = [...items];
    for (let last = shuffled.length - 1; last > 0; last--) {
      const other = this.int(0, last);
      [shuffled[last], shuffled[other]] = [shuffled[other]!, shuffled[last]!];
    }
    return shuffled;
  }

  uuid(): string {
    return v4({ random: Uint8Array.from({ length: 16 }, () => this.int(0, 255)) });
  }
}
