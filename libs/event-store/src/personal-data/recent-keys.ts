import type { PersonalDataKey } from '@eventfleet/contracts';

/** After the destruction of a key, other processes go on reading with it for so long at most. */
export const KEY_CACHE_MS = 5_000;
const TURN_MS = KEY_CACHE_MS / 2;
const MOST_KEYS = 10_000;

/** Keys by owner that came at this time (of `performance.now()`) or later. */
interface Generation {
  readonly since: number;
  readonly keys: Map<string, PersonalDataKey>;
}

/**
 * The keys of the last seconds, in bounded memory. None is given out when `KEY_CACHE_MS` have passed since it came, nor kept
 * for much longer. There are two generations, and the older one goes as a whole: to note of each key when it came, or when
 * it was last used, would cost about as much as to unwrap it again.
 */
export class RecentKeys {
  private recent = newGeneration();
  private earlier = newGeneration();
  private timer: NodeJS.Timeout | undefined;

  get(owner: string): PersonalDataKey | undefined {
    this.dropOld();
    return this.recent.keys.get(owner) ?? this.earlier.keys.get(owner);
  }

  set(owner: string, key: PersonalDataKey): void {
    this.dropOld();
    this.recent.keys.set(owner, key);
    this.timer ??= setInterval(() => this.dropOld(), TURN_MS).unref();
  }

  delete(owner: string): void {
    this.recent.keys.delete(owner);
    this.earlier.keys.delete(owner);
  }

  private dropOld(): void {
    const now = performance.now();
    if (now - this.recent.since >= TURN_MS || this.recent.keys.size >= MOST_KEYS / 2) {
      this.earlier = this.recent;
      this.recent = newGeneration();
    }
    if (now - this.earlier.since >= KEY_CACHE_MS) this.earlier.keys.clear();
    if (this.recent.keys.size + this.earlier.keys.size > 0) return;
    clearInterval(this.timer);
    this.timer = undefined;
  }
}

function newGeneration(): Generation {
  return { since: performance.now(), keys: new Map() };
}
