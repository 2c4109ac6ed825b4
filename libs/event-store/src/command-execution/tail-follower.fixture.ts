import type pg from 'pg';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { readTail, TAIL_START } from '../sql/read-tail.js';

export interface TailFollower {
  /** The versions of a stream in the order in which they came. */
  versionsOf(aggregateId: string): readonly number[];
  stop(): Promise<void>;
}

const PAGE_SIZE = 3;

/** Reads the tail page by page while others write, as the relay does. */
export function followTail(pool: pg.Pool): TailFollower {
  const versions = new Map<string, number[]>();
  let stopped = false;
  const following = (async () => {
    for (let position = TAIL_START; !stopped; await nextTurn()) {
      for (const entry of await readTail(pool, position, PAGE_SIZE)) {
        position = entry.position;
        const { aggregateId, version } = entry.event;
        const seen = versions.get(aggregateId);
        if (seen) seen.push(version);
        else versions.set(aggregateId, [version]);
      }
    }
  })();
  return {
    versionsOf: (aggregateId) => versions.get(aggregateId) ?? [],
    async stop() {
      stopped = true;
      await following;
    },
  };
}
