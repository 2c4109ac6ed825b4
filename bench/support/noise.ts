import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import type { Piece } from './fixed-work.ts';
import { figure, milliseconds } from './format.ts';
import { percentile } from './statistics.ts';

const PIECES = 30;

/** How quiet the machine was while it did nothing but the same work again and again. Shares are of 1. */
export interface Noise {
  /** The median of a piece of work before the rows, and after them. */
  readonly beforeMs: number;
  readonly afterMs: number;
  /** Of that time, the share without a core: other programs had it. */
  readonly waited: number;
  /** By how much the slowest tenth takes longer than the fastest. */
  readonly spread: number;
}

/** Times a fixed piece of work on all cores at once. */
export async function timeFixedWork(): Promise<readonly Piece[]> {
  return (await Promise.all(Array.from({ length: availableParallelism() }, timeOnOneCore))).flat();
}

export function noiseOf(before: readonly Piece[], after: readonly Piece[]): Noise {
  const all = [...before, ...after];
  const wall = (pieces: readonly Piece[]) => pieces.map(({ wallMs }) => wallMs);
  const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
  const cpuMs = sum(all.map((piece) => piece.cpuMs));
  return {
    beforeMs: percentile(wall(before), 0.5),
    afterMs: percentile(wall(after), 0.5),
    waited: Math.max(0, 1 - cpuMs / sum(wall(all))),
    spread: percentile(wall(all), 0.9) / percentile(wall(all), 0.1) - 1,
  };
}

/** One figure for it: by what share a figure of this run may be wrong for the machine's sake. */
export function noiseLevel({ beforeMs, afterMs, waited, spread }: Noise): number {
  return Math.max(Math.abs(afterMs / beforeMs - 1), waited, spread);
}

export function noiseLine(noise: Noise): string {
  const { beforeMs, afterMs, waited, spread } = noise;
  return (
    `Noise ${percent(noiseLevel(noise))}: a fixed piece of work took ${milliseconds(beforeMs)} before and ` +
    `${milliseconds(afterMs)} after, waited ${percent(waited)} of it for a core, and its slowest tenth took ` +
    `${percent(spread)} longer than its fastest`
  );
}

function percent(share: number): string {
  return `${figure(share * 100)} %`;
}

function timeOnOneCore(): Promise<readonly Piece[]> {
  const worker = new Worker(new URL('./fixed-work.ts', import.meta.url), { workerData: PIECES });
  return new Promise((resolve, reject) => {
    worker.once('message', resolve);
    worker.once('error', reject);
  });
}
