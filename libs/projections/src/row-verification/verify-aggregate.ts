import { pipeline, withTransaction } from '@eventfleet/postgres';
import type { RecordedEvent } from '@eventfleet/contracts';
import type pg from 'pg';
import { describeFault, type Fault } from '../parking/describe-fault.js';
import { isPermanent } from '../parking/is-permanent.js';
import { LONGEST_STREAM, refoldAggregate } from '../record-verification/refold-aggregate.js';
import { compareAggregate, isApplied, type Difference, type StoredAggregate } from './compare-aggregate.js';
import { expectedRows } from './expected-rows.js';
import { lockStored, type LockedAggregate } from './stored-rows.js';
import {
  hasHandled,
  partitionOfAggregate,
  type VerificationContext,
  type VerificationMode,
} from './verification-context.js';

/** The live projection waits for it. */
const LONGEST_TRANSACTION_MS = 5_000;
const NO_EVENT = '00000000-0000-0000-0000-000000000000';

/** What became of an aggregate. */
export type Verdict =
  | { readonly kind: 'equal' }
  /** Its events cannot be folded, or are too many. */
  | { readonly kind: 'unverifiable'; readonly aggregateId: string }
  | FoundDifference;

export type Mending = { readonly outcome: 'done' } | { readonly outcome: 'failed'; readonly fault: Fault };

export interface FoundDifference {
  readonly kind: 'different';
  readonly difference: Difference;
  /** Undefined if nobody tried to mend it. */
  readonly mending?: Mending;
}

/**
 * Compares an aggregate with the event store while the live projection applies nothing of its partition, and mends it:
 * takes back what is shown of it, and folds its stream from the store. One transaction. A store that may have gone back in
 * time is not believed: it may lack the events that a row shows, or that erased it.
 * @throws a transient error of either store; nothing has changed then
 */
export function verifyAggregate(
  context: VerificationContext,
  aggregateId: string,
  mode: VerificationMode,
): Promise<Verdict> {
  const { projection, source, pool } = context;
  return withTransaction(pool, async (client): Promise<Verdict> => {
    await client.query(`set local transaction_timeout = '${LONGEST_TRANSACTION_MS}ms'`);
    const locked = await lockStored(client, context, aggregateId);
    // Read after the rows are locked: it is at least as new as they are.
    const stream = await source.readStream(
      { aggregateType: projection.aggregateType, aggregateId },
      { toVersion: LONGEST_STREAM + 1 },
    );
    if (stream.length > LONGEST_STREAM) return { kind: 'unverifiable', aggregateId };
    const difference = await findDifference(context, client, locked, stream, mode);
    if (difference === 'unverifiable') return { kind: 'unverifiable', aggregateId };
    if (!difference) return { kind: 'equal' };
    await source.requireCompared();
    if (!mode.isMending) return { kind: 'different', difference };
    return { kind: 'different', difference, mending: await mend(context, client, difference) };
  });
}

async function findDifference(
  context: VerificationContext,
  client: pg.ClientBase,
  { stored, checkpoint }: LockedAggregate,
  stream: readonly RecordedEvent[],
  { mark }: VerificationMode,
): Promise<Difference | 'unverifiable' | undefined> {
  const { aggregateId } = stored;
  if (!isApplied(stored, stream)) {
    const isLost = await isUnknown(context, stored);
    return isLost ? { aggregateId, kind: 'other-event', columns: [] } : undefined;
  }
  const expected = (await expectedRows(context, client, [{ stored, stream }])).get(aggregateId);
  if (!expected) return 'unverifiable';
  const difference = compareAggregate(context.projection, stored, stream, expected.row);
  if (difference) return difference;
  const next = stored.isParked ? undefined : stream.find(({ version }) => version > stored.version);
  if (!next || !mark || !hasHandled(checkpoint, mark, partitionOfAggregate(context, aggregateId))) return;
  const [published] = await context.source.findPublished([next], mark);
  return published && { aggregateId, kind: 'not-applied', columns: [] };
}

/** A standby that is late does not know either: it is not believed. */
async function isUnknown(
  { projection: { aggregateType }, source }: VerificationContext,
  { aggregateId, version, eventId }: StoredAggregate,
): Promise<boolean> {
  try {
    const applied = { aggregateType, aggregateId, version, eventId: eventId ?? NO_EVENT };
    return (await source.findUnknown([applied])).length > 0;
  } catch (error) {
    if (isPermanent(error)) throw error;
    return false;
  }
}

async function mend(
  context: VerificationContext,
  client: pg.ClientBase,
  { aggregateId, toVersion }: Difference,
): Promise<Mending> {
  const { projection, source } = context;
  const { aggregateType } = projection;
  const partition = partitionOfAggregate(context, aggregateId);
  await client.query('savepoint mend');
  try {
    await refoldAggregate(client, projection, source, { aggregateType, aggregateId, partition, toVersion });
    await client.query('release savepoint mend');
    return { outcome: 'done' };
  } catch (error) {
    if (!isPermanent(error)) throw error;
    await pipeline(client, ['rollback to savepoint mend', 'release savepoint mend']);
    return { outcome: 'failed', fault: describeFault(error) };
  }
}
