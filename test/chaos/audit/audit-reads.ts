import { isDeepStrictEqual } from 'node:util';
import type { Counters, Evidence, UserRow } from './evidence.ts';
import { historiesOf, isDeleted, rowOf, type Histories } from './histories.ts';
import type { Violation } from './violation.ts';

/** The read table, the list that query-api makes of it, and the counters are what the stored events lead to. */
export function auditReads({ stored, rows, listed, counters }: Evidence): Violation[] {
  const histories = historiesOf(stored);
  return [...auditTable(histories, rows), ...auditList(rows, listed), ...auditCounters(histories, counters)];
}

function auditTable(histories: Histories, rows: readonly UserRow[]): Violation[] {
  const found: Violation[] = [];
  const shown = new Map(rows.map((row) => [row.id, row]));
  for (const [userId, history] of histories) {
    const expected = rowOf(history);
    const row = shown.get(userId);
    if (expected && !row)
      found.push({ kind: 'row-missing', detail: `user ${userId} at version ${expected.version}` });
    if (!expected && row)
      found.push({ kind: 'row-superfluous', detail: `user ${userId}, deleted, at version ${row.version}` });
    if (expected && row && !isDeepStrictEqual(row, expected))
      found.push({ kind: 'row-wrong', detail: `user ${userId}: ${differences(row, expected)}` });
    shown.delete(userId);
  }
  for (const userId of shown.keys())
    found.push({ kind: 'row-superfluous', detail: `user ${userId}, who was never created` });
  return found;
}

/** Names of fields only, and versions: their values may be personal. */
function differences(row: UserRow, expected: UserRow): string {
  const fields = Object.keys(expected) as (keyof UserRow)[];
  const wrong = fields.filter((field) => row[field] !== expected[field]);
  return `version ${row.version} instead of ${expected.version}, wrong: ${wrong.join(', ')}`;
}

function auditList(rows: readonly UserRow[], listed: readonly UserRow[]): Violation[] {
  const found: Violation[] = [];
  const left = new Map(rows.map((row) => [row.id, row]));
  for (const row of listed) {
    if (!isDeepStrictEqual(left.get(row.id), row))
      found.push({ kind: 'list-wrong', detail: `user ${row.id} at version ${row.version}` });
    left.delete(row.id);
  }
  for (const userId of left.keys())
    found.push({ kind: 'list-wrong', detail: `user ${userId} is not listed` });
  return found;
}

function auditCounters(histories: Histories, counters: Counters): Violation[] {
  const all = [...histories.values()];
  const deleted = all.filter(isDeleted).length;
  const days = Map.groupBy(all, ([first]) => first!.occurredAt.slice(0, 'YYYY-MM-DD'.length));
  const expected: Counters = {
    total: all.length,
    existing: all.length - deleted,
    deleted,
    createdPerDay: [...days]
      .map(([day, users]) => ({ day, count: users.length }))
      .toSorted((a, b) => a.day.localeCompare(b.day)),
  };
  if (isDeepStrictEqual(counters, expected)) return [];
  return [
    {
      kind: 'counters-wrong',
      detail: `${JSON.stringify(counters)} instead of ${JSON.stringify(expected)}`,
    },
  ];
}
