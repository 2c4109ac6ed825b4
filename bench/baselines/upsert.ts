import { userEvents, type RecordedEvent } from '@eventfleet/contracts';
import { pipeline, type Statement } from '@eventfleet/postgres';
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
  return {
    list: [...userList.statements(userList.project(envelopes, 0)), saveVersions('user-list', events)],
    stats: [
      ...userStats.statements(userStats.project(envelopes, 0)),
      saveVersions('user-stats', events, userStats.contributionOf),
    ],
  };
}

function saveVersions(
  projection: string,
  events: readonly RecordedEvent[],
  contributionOf: (event: RecordedEvent) => string = () => '',
): Statement {
  const streams = [...Map.groupBy(events, ({ aggregateId }) => aggregateId).values()];
  const last = streams.map((stream) => stream.at(-1)!);
  return {
    name: 'save-versions',
    text: `insert into projection_versions (projection, aggregate_id, version, event_id, contribution)
           select $1, * from unnest($2::uuid[], $3::integer[], $4::uuid[], $5::text[])
           on conflict (projection, aggregate_id) do update set version = excluded.version,
             event_id = excluded.event_id, contribution = projection_versions.contribution || excluded.contribution`,
    values: [
      projection,
      last.map(({ aggregateId }) => aggregateId),
      last.map(({ version }) => version),
      last.map(({ eventId }) => eventId),
      streams.map((stream) => stream.map(contributionOf).join('')),
    ],
  };
}
