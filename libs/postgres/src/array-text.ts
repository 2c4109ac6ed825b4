import type { Statement } from './statement.js';

/**
 * The statement with each list of texts, numbers and nulls among its values as the text that Postgres reads it from.
 * `pg` would do the same when it sends it, but slower, and it keeps the list until the answer is there; the text does
 * not keep anything alive that its elements were a part of.
 */
export function withArrayTexts({ values, ...statement }: Statement): Statement {
  return { ...statement, values: values.map((value) => (isSimpleList(value) ? toArrayText(value) : value)) };
}

type SimpleElement = string | number | null;

function isSimpleList(value: unknown): value is SimpleElement[] {
  return (
    Array.isArray(value) &&
    value.every((item) => item === null || typeof item === 'string' || typeof item === 'number')
  );
}

/** https://www.postgresql.org/docs/current/arrays.html#ARRAYS-IO */
function toArrayText(list: readonly SimpleElement[]): string {
  return `{${list.map(toElement).join(',')}}`;
}

function toElement(item: SimpleElement): string {
  if (item === null) return 'NULL';
  if (typeof item === 'number') return String(item);
  const isPlain = !item.includes('"') && !item.includes('\\');
  return isPlain ? `"${item}"` : `"${item.replaceAll(/["\\]/g, '\\$&')}"`;
}
