import pg from 'pg';

/** A statement of a pipeline, as `pg` keeps it. */
interface SentStatement {
  text: string;
  callback: (error: Error | undefined, result?: unknown) => void;
}

/** Lets a commit through to the server, and loses its answer with the connection, whenever `isLost` says so. */
export function loseAnswers(pool: pg.Pool, isLost: () => boolean): void {
  onEachStatement(pool, (statement, send) => {
    const { text, callback } = statement;
    statement.callback = (error, result) => {
      if (error || text !== 'commit' || !isLost()) return callback(error, result);
      callback(new Error('Connection terminated unexpectedly'));
    };
    send();
  });
}

/** Sends another statement wherever `replace` gives one; where it gives a failure to come, nothing is sent. */
export function replaceStatement(
  pool: pg.Pool,
  replace: (text: string) => string | Promise<never> | undefined,
): void {
  onEachStatement(pool, (statement, send) => {
    const other = replace(statement.text);
    if (other instanceof Promise) {
      other.catch((error: Error) => statement.callback(error));
      return;
    }
    if (other !== undefined) statement.text = other;
    send();
  });
}

/** Lets a statement of a pipeline fail in the client, as it is written, whenever `isFailing` says so of its text. */
export function failToWrite(pool: pg.Pool, isFailing: (text: string) => boolean): void {
  onEachStatement(pool, (statement, send) => {
    if (isFailing(statement.text)) throw new RangeError('Invalid string length');
    send();
  });
}

function onEachStatement(pool: pg.Pool, handle: (statement: SentStatement, send: () => void) => void): void {
  pool.on('connect', (client) => {
    const query = client.query.bind(client) as (...args: unknown[]) => unknown;
    client.query = ((...args: unknown[]) => {
      const [statement] = args;
      if (!(statement instanceof pg.Query)) return query(...args);
      handle(statement as pg.Query & SentStatement, () => query(statement));
    }) as typeof client.query;
  });
}
