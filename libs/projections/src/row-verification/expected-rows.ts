import { isErasedText, type RecordedEvent } from '@eventfleet/contracts';
import type { CopyRow, CopyValue } from '@eventfleet/postgres';
import type pg from 'pg';
import { isPermanent } from '../parking/is-permanent.js';
import { appliedOf, type StoredAggregate } from './compare-aggregate.js';
import { textsOf, type RowTexts } from './row-texts.js';
import { partitionOfAggregate, type VerificationContext } from './verification-context.js';

/** What the applied events of an aggregate come to, by the event store. */
export interface ExpectedRow {
  readonly row: RowTexts | undefined;
}

/** An aggregate whose applied events the event store has. */
export interface AppliedStream {
  readonly stored: StoredAggregate;
  readonly stream: readonly RecordedEvent[];
}

/**
 * Folds the applied events of aggregates, each from its first event on.
 * @param client to have texts made by; nothing is written
 * @returns by aggregate; one whose events cannot be folded, or whose row the database would refuse, is left out
 */
export async function expectedRows(
  context: VerificationContext,
  client: pg.ClientBase | pg.Pool,
  streams: readonly AppliedStream[],
): Promise<ReadonlyMap<string, ExpectedRow>> {
  const expected = new Map<string, ExpectedRow>();
  const rows = new Map<string, CopyRow>();
  for (const { stored, stream } of streams) {
    const { aggregateId, version } = stored;
    try {
      const partition = partitionOfAggregate(context, aggregateId);
      const [row] = context.projection.foldHistories(appliedOf(stream, version), partition).rows;
      // Its row goes with its erasure, or is gone: nobody can say any more what it was.
      if (row?.some(isErased)) expected.set(aggregateId, { row: stored.row });
      else if (row && context.table) rows.set(aggregateId, row);
      else expected.set(aggregateId, { row: undefined });
    } catch (error) {
      if (!isPermanent(error)) throw error;
    }
  }
  await addTexts(context, client, [...rows], expected);
  return expected;
}

function isErased(value: CopyValue): boolean {
  return typeof value === 'string' && isErasedText(value);
}

/** If the database refuses one of them, each alone. */
async function addTexts(
  context: VerificationContext,
  client: pg.ClientBase | pg.Pool,
  rows: readonly (readonly [string, CopyRow])[],
  expected: Map<string, ExpectedRow>,
): Promise<void> {
  if (!context.table || rows.length === 0) return;
  try {
    const texts = await textsOf(
      client,
      context.table,
      rows.map(([, row]) => row),
    );
    for (const [index, [id]] of rows.entries()) expected.set(id, { row: texts[index] });
  } catch (error) {
    if (!isPermanent(error)) throw error;
    if (rows.length > 1) for (const row of rows) await addTexts(context, client, [row], expected);
  }
}
