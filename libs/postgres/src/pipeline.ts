import type { Writable } from 'node:stream';
import pg from 'pg';
import { withArrayTexts } from './array-text.js';
import type { Statement } from './statement.js';

/** As pg itself makes text or bytes of a value; not in its types. */
const { prepareValue } = (
  pg as typeof pg & { utils: { prepareValue: (value: unknown) => string | Buffer | null } }
).utils;

/** A statement cannot be put into bytes. Nothing of its pipeline was sent: the transaction is as it was before. */
export class StatementNotSent extends Error {
  constructor(statement: Statement | string, cause: unknown) {
    const name = typeof statement === 'string' ? undefined : statement.name;
    super(`the statement ${name ?? 'without a name'} cannot be serialised`, { cause });
    this.name = 'StatementNotSent';
  }
}

/**
 * Sends all statements in one write on a pipelining client and waits for all answers. Within a transaction the server
 * refuses everything after a failed statement, and turns a commit into a rollback. No statement leaves before every one
 * is in bytes: otherwise those behind the one that fails here, the commit too, would still reach the server.
 * @throws StatementNotSent when a value cannot be serialised; nothing was sent
 * @throws the first statement's error; a connection error behind a commit means that the outcome is unknown
 */
export async function pipeline(
  client: pg.ClientBase,
  statements: Iterable<Statement | string>,
): Promise<pg.QueryResult[]> {
  const serialised = Array.from(statements, serialise);
  const stream = pipelineOf(client);
  if (!stream) return oneByOne(client, serialised);
  const sent = await sendTogether(client, stream, serialised);
  const settled = await Promise.allSettled(sent);
  return settled.map((result) => {
    if (result.status === 'rejected') throw result.reason;
    return result.value;
  });
}

/**
 * Holds back what is written until every statement is: the server is woken once. If one of them failed on the way, the
 * connection is closed with everything still unsent.
 */
async function sendTogether(
  client: pg.ClientBase,
  stream: Writable,
  statements: readonly (Statement | string)[],
): Promise<Promise<pg.QueryResult>[]> {
  let failure: { readonly cause: unknown } | undefined;
  let isWritten = false;
  const fail = (cause: unknown) => {
    if (!isWritten) failure ??= { cause };
  };
  const sent: Promise<pg.QueryResult>[] = [];
  stream.cork();
  try {
    for (const statement of statements) sent.push(send(client, statement, fail));
    // A statement that pg refuses without serialising it is reported in this tick.
    await new Promise<void>((resolve) => process.nextTick(resolve));
  } catch (cause) {
    fail(cause);
  }
  isWritten = true;
  if (failure === undefined) {
    stream.uncork();
    return sent;
  }
  const error = new Error('Connection terminated, as a statement could not be written', failure);
  stream.destroy(error);
  await Promise.allSettled(sent);
  throw error;
}

function send(
  client: pg.ClientBase,
  statement: Statement | string,
  onFailure: (cause: unknown) => void,
): Promise<pg.QueryResult> {
  return new Promise((resolve, reject) => {
    const query = new pg.Query(statement, (error: Error | undefined, result: unknown) => {
      if (!error) return resolve(result as pg.QueryResult);
      onFailure(error);
      reject(error);
    });
    try {
      client.query(query);
    } catch (error) {
      onFailure(error);
      reject(error);
    }
  });
}

/** With every value as the text or the bytes that go over the line. */
function serialise(statement: Statement | string): Statement | string {
  if (typeof statement === 'string') return statement;
  try {
    const { values, ...rest } = withArrayTexts(statement);
    return { ...rest, values: values.map((value) => prepareValue(value)) };
  } catch (error) {
    throw new StatementNotSent(statement, error);
  }
}

/** Where a pipelining client writes to. Not in pg's documentation: if it is missing, nothing is sent together. */
function pipelineOf(
  client: pg.ClientBase & { pipeline?: boolean; connection?: { stream?: Writable } },
): Writable | undefined {
  return client.pipeline ? client.connection?.stream : undefined;
}

/** Like `pipeline`, but takes and sends each statement once the one before it is answered. */
export async function oneByOne(
  client: pg.ClientBase,
  statements: Iterable<Statement | string>,
): Promise<pg.QueryResult[]> {
  const results: pg.QueryResult[] = [];
  for (const statement of statements) results.push(await client.query(statement));
  return results;
}
