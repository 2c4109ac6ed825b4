import type { TopicIdentity } from '@eventfleet/kafka';
import type { Statement } from '@eventfleet/postgres';

export interface PartitionOfProjection {
  readonly projection: string;
  readonly topic: string;
  readonly partition: number;
}

export interface CheckpointRow {
  readonly next_offset: string;
  readonly cluster_id: string;
  readonly topic_id: string;
}

/** Locks the checkpoint's row until the transaction ends and returns it. Makes it at offset 0 if there is none. */
export function lockCheckpoint({ projection, topic, partition }: PartitionOfProjection): Statement {
  return {
    name: 'lock-checkpoint',
    text: `insert into projection_checkpoints (projection, topic, partition) values ($1, $2, $3)
           on conflict (projection, topic, partition) do update set topic = excluded.topic
           returning next_offset, cluster_id, topic_id`,
    values: [projection, topic, partition],
  };
}

/** Locks those of the checkpoints' rows that are there and that no other transaction holds, and returns them. */
export function lockFreeCheckpoints(of: readonly PartitionOfProjection[]): Statement {
  return {
    name: 'lock-free-checkpoints',
    text: `select projection, topic, partition, next_offset, cluster_id, topic_id from projection_checkpoints
           where (projection, topic, partition) in (select * from unnest($1::text[], $2::text[], $3::integer[]))
           for update skip locked`,
    values: columnsOf(of),
  };
}

/** No row if nothing was ever applied. */
export function readCheckpoint({ projection, topic, partition }: PartitionOfProjection): Statement {
  return {
    text: `select next_offset, cluster_id, topic_id from projection_checkpoints
           where projection = $1 and topic = $2 and partition = $3`,
    values: [projection, topic, partition],
  };
}

export function saveCheckpoint(
  { projection, topic, partition }: PartitionOfProjection,
  next: bigint,
  identity: TopicIdentity,
): Statement {
  return {
    name: 'save-checkpoint',
    text: `update projection_checkpoints set next_offset = $4, cluster_id = $5, topic_id = $6, updated_at = now()
           where projection = $1 and topic = $2 and partition = $3`,
    values: [projection, topic, partition, String(next), identity.clusterId, identity.topicId],
  };
}

export interface MovedCheckpoint extends PartitionOfProjection {
  readonly nextOffset: bigint;
  readonly identity: TopicIdentity;
}

export function saveCheckpoints(moved: readonly MovedCheckpoint[]): Statement {
  return {
    name: 'save-checkpoints',
    text: `update projection_checkpoints as checkpoint
           set next_offset = moved.next_offset, cluster_id = moved.cluster_id, topic_id = moved.topic_id, updated_at = now()
           from unnest($1::text[], $2::text[], $3::integer[], $4::bigint[], $5::text[], $6::text[])
             as moved (projection, topic, partition, next_offset, cluster_id, topic_id)
           where checkpoint.projection = moved.projection and checkpoint.topic = moved.topic
             and checkpoint.partition = moved.partition`,
    values: [
      ...columnsOf(moved),
      moved.map(({ nextOffset }) => String(nextOffset)),
      moved.map(({ identity }) => identity.clusterId),
      moved.map(({ identity }) => identity.topicId),
    ],
  };
}

function columnsOf(of: readonly PartitionOfProjection[]): unknown[][] {
  return [
    of.map(({ projection }) => projection),
    of.map(({ topic }) => topic),
    of.map(({ partition }) => partition),
  ];
}

export interface VersionRow {
  readonly aggregate_id: string;
  readonly version: number;
  readonly event_id: string | null;
  readonly parked: boolean;
}

/** The last event that a projection has applied of an aggregate. */
export interface AppliedEvent {
  readonly version: number;
  /** Null if an earlier release has applied it, which did not keep ids. */
  readonly eventId: string | null;
}

export function readVersions(projection: string, aggregateIds: readonly string[]): Statement {
  return {
    name: 'read-versions',
    text: `select aggregate_id, version, event_id, parked from projection_versions
           where projection = $1 and aggregate_id = any($2::uuid[])`,
    values: [projection, aggregateIds],
  };
}

export interface ContributionRow {
  readonly contribution: string;
}

/** Locks the version of an aggregate until the transaction ends; no row if none of its events was applied. */
export function lockContribution(projection: string, aggregateId: string): Statement {
  return {
    text: `select contribution from projection_versions where projection = $1 and aggregate_id = $2 for update`,
    values: [projection, aggregateId],
  };
}

/** Sets the last event of an aggregate whose stream was folded anew. Leaves it parked if it is. */
export function replaceVersion(
  projection: string,
  aggregateId: string,
  { version, eventId }: AppliedEvent,
  contributions: ReadonlyMap<string, string>,
): Statement {
  return {
    text: `insert into projection_versions (projection, aggregate_id, version, event_id, contribution)
           values ($1, $2, $3, $4, $5)
           on conflict (projection, aggregate_id) do update set version = excluded.version,
             event_id = excluded.event_id, contribution = excluded.contribution`,
    values: [projection, aggregateId, version, eventId, contributions.get(aggregateId) ?? ''],
  };
}

/** Of an aggregate that has no events, unless it is parked. */
export function forgetVersion(projection: string, aggregateId: string): Statement {
  return {
    text: `delete from projection_versions
           where projection = $1 and aggregate_id = $2 and version = 0 and not parked`,
    values: [projection, aggregateId],
  };
}

/**
 * @param applied the last event of each aggregate
 * @param contributions what its events have added to counters, to be stored behind what is there
 */
export function saveVersions(
  projection: string,
  applied: ReadonlyMap<string, AppliedEvent>,
  contributions: ReadonlyMap<string, string>,
): Statement {
  const ids = [...applied.keys()];
  const events = [...applied.values()];
  return {
    name: 'save-versions',
    text: `insert into projection_versions (projection, aggregate_id, version, event_id, contribution)
           select $1, * from unnest($2::uuid[], $3::integer[], $4::uuid[], $5::text[])
           on conflict (projection, aggregate_id) do update set version = excluded.version,
             event_id = excluded.event_id, contribution = projection_versions.contribution || excluded.contribution`,
    values: [
      projection,
      ids,
      events.map(({ version }) => version),
      events.map(({ eventId }) => eventId),
      ids.map((id) => contributions.get(id) ?? ''),
    ],
  };
}
