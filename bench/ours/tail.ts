import { EventStore, TAIL_START } from '@eventfleet/event-store';
import { createPool } from '@eventfleet/postgres';
import { contestant } from '../support/contestant.ts';

export interface TailOptions {
  readonly databaseUrl: string;
  readonly warmUpMs: number;
  readonly measureMs: number;
}

/** As many as the relay reads at a time. */
const PAGE = 500;

/** The tail read page after page, from its start; at its end from the start again. Gives events a second. */
contestant(async ({ databaseUrl, warmUpMs, measureMs }: TailOptions): Promise<number> => {
  const pool = createPool({ url: databaseUrl, applicationName: 'bench', max: 1 });
  const eventStore = new EventStore(pool);
  const begin = performance.now() + warmUpMs;
  let events = 0;
  for (let after = TAIL_START, now = performance.now(); ; now = performance.now()) {
    if (now >= begin + measureMs) return (events * 1_000) / (now - begin);
    const page = await eventStore.readTail(after, PAGE);
    after = page.length === PAGE ? page.at(-1)!.position : TAIL_START;
    if (now >= begin) events += page.length;
  }
});
