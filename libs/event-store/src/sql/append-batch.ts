import type { Claim } from '@eventfleet/domain';
import type pg from 'pg';
import { pipeline, type Statement } from '@eventfleet/postgres';
import { destroyKeys, insertKeys, type ErasedAggregate, type StoredKey } from '../personal-data/key-table.js';

/** An event that is to be appended, at its version; `data` is JSON text. */
export interface NewEvent {
  readonly eventId: string;
  readonly type: string;
  readonly schemaVersion: number;
  readonly aggregateType: string;
  readonly aggregateId: string;
  readonly version: number;
  readonly data: string;
  readonly occurredAt: string;
  readonly correlationId: string;
  readonly causationId: string;
  readonly actor?: string;
  readonly traceparent: string;
}

/** A claim and the aggregate that holds it. */
export interface HeldClaim extends Claim {
  readonly aggregateId: string;
}

export interface IdempotencyKey {
  /** Keeps the keys of different edges apart. */
  readonly scope: string;
  readonly key: string;
}

/** What is stored for an idempotency key; `answer` is JSON text. */
export interface IdempotencyAnswer extends IdempotencyKey {
  /** Tells a repeat from another request under the same key. */
  readonly fingerprint: string;
  readonly answer: string;
}

/** What one transaction writes: events of any streams, and what has to be true together with them. */
export interface AppendBatch {
  readonly events: readonly NewEvent[];
  readonly releasedClaims?: readonly HeldClaim[];
  readonly takenClaims?: readonly HeldClaim[];
  /** Taken and released again within the batch: they must have been free. */
  readonly transientClaims?: readonly HeldClaim[];
  readonly idempotencyAnswers?: readonly IdempotencyAnswer[];
}

/** An event with its hash, which binds it to all events of its stream before it. */
export interface ChainedEvent extends NewEvent {
  /** In hexadecimal. */
  readonly hash: string;
}

/** A batch with keys of personal data: new ones for its events, and those that its events destroy. */
export interface SealedBatch extends AppendBatch {
  readonly newKeys?: readonly StoredKey[];
  readonly erased?: readonly ErasedAggregate[];
}

/** As it is written. */
export interface ChainedBatch extends SealedBatch {
  readonly events: readonly ChainedEvent[];
}

/**
 * Writes everything or nothing, durably, in one round trip. A version, claim or idempotency key that is taken refuses
 * the whole batch with an error of `isConflict`. Every table's rows go in by key order, so that two batches wait for each
 * other in the same order instead of deadlocking (a swap of claims between two batches still can).
 * @param client use one that is read-only by default (`PoolOptions.readOnly`). If `begin` itself fails, the server runs
 *   each other statement as a transaction of its own, and a read-only one refuses them
 */
export async function appendBatch(client: pg.ClientBase, batch: ChainedBatch): Promise<void> {
  const { events, releasedClaims = [], transientClaims = [], idempotencyAnswers = [] } = batch;
  const { newKeys = [], erased = [] } = batch;
  const takenClaims = [...(batch.takenClaims ?? []), ...transientClaims];
  const statements: Statement[] = [];
  if (idempotencyAnswers.length > 0) statements.push(insertIdempotencyAnswers(idempotencyAnswers));
  if (releasedClaims.length > 0) statements.push(deleteClaims(releasedClaims));
  if (takenClaims.length > 0) statements.push(insertClaims(takenClaims));
  if (newKeys.length > 0) statements.push(insertKeys(newKeys));
  if (events.length > 0) statements.push(insertEvents(events));
  if (erased.length > 0) statements.push(...destroyKeys(erased));
  if (transientClaims.length > 0) statements.push(deleteClaims(transientClaims));
  await pipeline(client, ['begin read write', ...statements, 'commit']);
}

function insertIdempotencyAnswers(answers: readonly IdempotencyAnswer[]): Statement {
  const rows = answers.toSorted(byScopeAndKey);
  return {
    name: 'insert-idempotency-answers',
    text: allOrError(`insert into idempotency.answers (scope, key, fingerprint, answer)
                      select * from unnest($1::text[], $2::text[], $3::text[], $4::json[])`),
    values: [
      rows.map((row) => row.scope),
      rows.map((row) => row.key),
      rows.map((row) => row.fingerprint),
      rows.map((row) => row.answer),
    ],
  };
}

/**
 * Inserts as many rows as `$1` has, or ends the transaction by a division by zero. A unique violation would do so too, but
 * with a DETAIL that holds the key, and the server would write that into its log: an email, or a client's own text.
 */
function allOrError(insert: string): string {
  return `with inserted as (${insert} on conflict do nothing returning true)
          select 1 / (count(*) = cardinality($1::text[]))::integer from inserted`;
}

function deleteClaims(claims: readonly HeldClaim[]): Statement {
  return {
    name: 'delete-claims',
    text: `delete from claims using unnest($1::text[], $2::text[], $3::uuid[]) as released (scope, key, aggregate_id)
           where claims.scope = released.scope and claims.key = released.key
             and claims.aggregate_id = released.aggregate_id`,
    values: claimColumns(claims),
  };
}

function insertClaims(claims: readonly HeldClaim[]): Statement {
  return {
    name: 'insert-claims',
    text: allOrError(`insert into claims (scope, key, aggregate_id)
                      select * from unnest($1::text[], $2::text[], $3::uuid[])`),
    values: claimColumns(claims),
  };
}

function claimColumns(claims: readonly HeldClaim[]): unknown[] {
  const rows = claims.toSorted(byScopeAndKey);
  return [rows.map((row) => row.scope), rows.map((row) => row.key), rows.map((row) => row.aggregateId)];
}

function insertEvents(events: readonly ChainedEvent[]): Statement {
  const rows = events.toSorted(byAggregateAndVersion);
  return {
    name: 'insert-events',
    text: `insert into events (event_id, event_type, schema_version, aggregate_type, aggregate_id, version, data,
                               occurred_at, correlation_id, causation_id, traceparent, actor, hash)
           select event_id, event_type, schema_version, aggregate_type, aggregate_id, version, data,
                  occurred_at, correlation_id, causation_id, traceparent, actor, decode(hash, 'hex')
           from unnest($1::uuid[], $2::text[], $3::smallint[], $4::text[], $5::uuid[], $6::integer[], $7::json[],
                       $8::timestamptz[], $9::text[], $10::text[], $11::text[], $12::text[], $13::text[]) with ordinality
             as event (event_id, event_type, schema_version, aggregate_type, aggregate_id, version, data,
                       occurred_at, correlation_id, causation_id, traceparent, actor, hash, position)
           order by position`,
    values: [
      rows.map((row) => row.eventId),
      rows.map((row) => row.type),
      rows.map((row) => row.schemaVersion),
      rows.map((row) => row.aggregateType),
      rows.map((row) => row.aggregateId),
      rows.map((row) => row.version),
      rows.map((row) => row.data),
      rows.map((row) => row.occurredAt),
      rows.map((row) => row.correlationId),
      rows.map((row) => row.causationId),
      rows.map((row) => row.traceparent),
      rows.map((row) => row.actor ?? null),
      rows.map((row) => row.hash),
    ],
  };
}

function byScopeAndKey(a: Claim, b: Claim): number {
  return compare(a.scope, b.scope) || compare(a.key, b.key);
}

function byAggregateAndVersion(a: NewEvent, b: NewEvent): number {
  return (
    compare(a.aggregateType, b.aggregateType) ||
    compare(a.aggregateId, b.aggregateId) ||
    a.version - b.version
  );
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
