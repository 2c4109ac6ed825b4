import { userEvents } from '@eventfleet/contracts';
import { EventStore } from '@eventfleet/event-store';
import { createVerificationContext, verifyCounters, verifyPage } from '@eventfleet/projections';
import { projections } from './projections.js';
import type { ProjectorFixture } from './projector.fixture.js';

const PARTITIONS = 3;

export interface VerifyOptions {
  readonly isMending?: boolean;
  /** Of a page. */
  readonly limit?: number;
  readonly source?: EventStore;
}

/** What a whole pass finds: projection, kind, and the columns or the outcome. */
export async function verifyAll(
  fixture: ProjectorFixture,
  { isMending = true, limit = 7, source = new EventStore(fixture.eventStore) }: VerifyOptions = {},
): Promise<string[]> {
  const mark = await source.readPublished(fixture.topic);
  const topicPrefix = fixture.topic.slice(0, -userEvents.topic.length);
  const found: string[] = [];
  for (const projection of projections) {
    const options = { pool: fixture.pool, source, topicPrefix, partitions: PARTITIONS };
    const context = await createVerificationContext(projection, options);
    let after: string | undefined;
    for (let isLast = false; !isLast;) {
      const page = await verifyPage(context, { after, limit }, { mark, isMending });
      for (const { difference, mending } of page.differences) {
        const { kind, columns } = difference;
        found.push([projection.name, kind, ...columns, mending?.outcome ?? 'found'].join(' '));
      }
      found.push(...page.unverifiable.map((id) => `${projection.name} unverifiable ${id}`));
      after = page.lastKey;
      isLast = page.isLast;
    }
    const { differences, isMended } = await verifyCounters(context, { isMending });
    if (differences.length > 0) found.push(`${projection.name} counter ${isMended ? 'done' : 'found'}`);
  }
  return found;
}

/** The relay's checkpoint says that everything which is stored was published, and lies before these offsets. */
export async function relayHasPublished(fixture: ProjectorFixture, more = 0): Promise<void> {
  const { rows } = await fixture.pool.query<{ next: string[]; cluster_id: string; topic_id: string }>(
    `select array_agg(next_offset + $1 order by partition)::text[] as next, min(cluster_id) as cluster_id,
            min(topic_id) as topic_id from projection_checkpoints where projection = 'user-list'`,
    [more],
  );
  const { next, cluster_id: clusterId, topic_id: topicId } = rows[0]!;
  await fixture.eventStore.query(
    `insert into relay_checkpoints (relay, transaction_id, global_position, target_state)
     select 'kafka', transaction_id, global_position, $1 from events
     order by transaction_id desc, global_position desc limit 1
     on conflict (relay) do update set transaction_id = excluded.transaction_id,
       global_position = excluded.global_position, target_state = excluded.target_state`,
    [JSON.stringify({ clusterId, topics: { [fixture.topic]: { topicId, next } } })],
  );
}
