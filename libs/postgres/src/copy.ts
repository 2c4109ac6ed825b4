import { finished } from 'node:stream/promises';
import type pg from 'pg';
import { from, to, type CopyToStreamQuery } from 'pg-copy-streams';

export type CopyValue = string | number | null;
/** With what pg gives a query once it is submitted. */
type Submitted = CopyToStreamQuery & { readonly callback?: () => void };

export type CopyRow = readonly CopyValue[];

/**
 * Writes rows by COPY: all of them, or none if it throws. Within a transaction the caller rolls back then, as after any
 * statement.
 * @param target the table with its columns, as they stand behind `copy`; identifiers, never user text
 */
export async function copyIn(client: pg.ClientBase, target: string, rows: readonly CopyRow[]): Promise<void> {
  if (rows.length === 0) return;
  const stream = client.query(from(`copy ${target} from stdin`));
  stream.end(Buffer.from(rows.map(toCopyLine).join('')));
  await finished(stream);
  // The end of a COPY that failed before on this connection may have ended this one.
  if (stream.rowCount !== rows.length)
    throw new Error(`copy ${target} took ${stream.rowCount} rows, not ${rows.length}`);
}

/**
 * Reads all rows of a query by COPY, each as a line for `fromCopyLine`. It costs a third of what pg's own rows cost.
 * @param query without parameters, which COPY does not take: see `escapeLiteral` of pg
 */
export async function copyOut(client: pg.ClientBase, query: string): Promise<string[]> {
  const chunks: Buffer[] = [];
  const stream: Submitted = client.query(to(`copy (${query}) to stdout`));
  try {
    for await (const chunk of stream) chunks.push(chunk as Buffer);
  } finally {
    // Clears pg's timer for a query without an answer, which would keep the process alive: pg-copy-streams does not.
    stream.callback?.();
  }
  const lines = Buffer.concat(chunks).toString('utf8').split('\n');
  lines.pop();
  return lines;
}

/** https://www.postgresql.org/docs/18/sql-copy.html#id-1.9.3.55.9.2 */
const ESCAPES: Readonly<Record<string, string>> = { '\\': '\\\\', '\t': '\\t', '\n': '\\n', '\r': '\\r' };
const SPECIAL = /[\\\t\n\r]/;
const ALL_SPECIAL = new RegExp(SPECIAL, 'g');
const CONTROLS: Readonly<Record<string, string>> = { b: '\b', f: '\f', n: '\n', r: '\r', t: '\t', v: '\v' };

export function toCopyLine(row: CopyRow): string {
  return `${row.map(toField).join('\t')}\n`;
}

function toField(value: CopyValue): string {
  if (value === null) return '\\N';
  if (typeof value === 'number') return String(value);
  // Nearly no text has one, and to look is a third of the cost.
  return SPECIAL.test(value) ? value.replaceAll(ALL_SPECIAL, (character) => ESCAPES[character]!) : value;
}

/** The texts of a row's columns. @param line without its end */
export function fromCopyLine(line: string): (string | null)[] {
  const fields = line.split('\t');
  return line.includes('\\') ? fields.map(fromField) : fields;
}

function fromField(field: string): string | null {
  if (!field.includes('\\')) return field;
  if (field === '\\N') return null;
  return field.replaceAll(/\\(.)/g, (_, character: string) => CONTROLS[character] ?? character);
}
