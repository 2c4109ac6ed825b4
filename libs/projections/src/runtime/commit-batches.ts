import { oneByOne, pipeline, type Statement } from '@eventfleet/postgres';
import { failpoint, isArmed } from '@eventfleet/resilience';
import type pg from 'pg';

/** Ends a transaction, in one write: rows and versions, then the checkpoint, then the commit. */
export async function commitBatches(
  client: pg.ClientBase,
  rows: Iterable<Statement>,
  checkpoint: Statement,
): Promise<void> {
  const statements = statementsOf(rows, checkpoint);
  await (isArmed() ? oneByOne(client, statements) : pipeline(client, statements));
  failpoint('between commit and offset');
}

function* statementsOf(rows: Iterable<Statement>, checkpoint: Statement): Generator<Statement | string> {
  yield* rows;
  failpoint('between rows and checkpoint');
  yield checkpoint;
  failpoint('between checkpoint and commit');
  yield 'commit';
}
