import { userEvents } from '@eventfleet/contracts';
import { pipeline, type Statement } from '@eventfleet/postgres';
import { contributionsOf, runnable, saveVersions, type RunnableProjection } from '@eventfleet/projections';
import { userList, userStats } from '@eventfleet/read-models';
import { openClient } from '../support/client.ts';
import { contestant } from '../support/contestant.ts';
import { eventsFrom, recorded } from '../support/events.ts';

export interface UpsertOptions {
  readonly readStoreUrl: string;
  /** The first event's number. */
  readonly from: number;
  readonly events: number;
  /** Of these, not counted. */
  readonly warmUp: number;
}

/** As many as the projector applies at a time. */
const BATCH = 1_000;

/**
 * The rows of both read models and the versions beside them, written by the same statements in the same chunks, a
 * loop for each read model: no Kafka, no reads, no checks. What is written is made before its clock starts.
 */
contestant(async ({ readStoreUrl, from, events, warmUp }: UpsertOptions): Promise<number> => {
  const chunks = Math.floor(events / BATCH);
  const folded = Array.from({ length: chunks }, (_, chunk) => fold(from + chunk * BATCH));
  const skipped = Math.floor(warmUp / BATCH);
  const write = async (statementsOf: (chunk: Folded) => readonly Statement[]) => {
    const client = await openClient(readStoreUrl, { pipeline: true });
    let begin = 0;
    for (const [index, chunk] of folded.entries()) {
      if (index === skipped) begin = performance.now();
      await pipeline(client, ['begin', ...statementsOf(chunk), 'commit']);
    }
    return { begin, end: performance.now() };
  };
  const loops = await Promise.all([write(({ list }) => list), write(({ stats }) => stats)]);
  const begin = Math.min(...loops.map((loop) => loop.begin));
  const end = Math.max(...loops.map((loop) => loop.end));
  return ((chunks - skipped) * BATCH * 1_000) / (end - begin);
});

interface Folded {
  readonly list: readonly Statement[];
  readonly stats: readonly Statement[];
}

function fold(from: number): Folded {
  const events = eventsFrom(from, BATCH).map((event) => recorded(event));
  const envelopes = events.map((event) => userEvents.parse(event));
  const last = new Map(events.map((event) => [event.aggregateId, event]));
  const versionsOf = (projection: RunnableProjection) =>
    saveVersions(projection.name, last, contributionsOf(projection, events));
  return {
    list: [...userList.statements(userList.project(envelopes, 0)), versionsOf(runnable(userList))],
    stats: [...userStats.statements(userStats.project(envelopes, 0)), versionsOf(runnable(userStats))],
  };
}
