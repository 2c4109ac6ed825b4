import type { Evidence, StoredEvent, UserRow } from './evidence.ts';
import type { Command, LedgerEntry, Decision } from '../load/ledger.ts';

/** A small run in which everything held: what the audit's tests break, one thing at a time. */
export const ANN = 'ann-id';
export const BOB = 'bob-id';
export const DAN = 'dan-id';

const AT = '2026-03-01T10:00:00.000Z';
const LATER = '2026-03-01T10:00:01.000Z';
const HALF_TIME = '2026-03-01T10:00:10.000Z';
const TOO_LATE = '2026-03-01T10:00:20.000Z';

function event(
  n: number,
  userId: string,
  version: number,
  type: string,
  data: object,
  occurredAt = version === 1 ? AT : LATER,
): StoredEvent {
  return {
    eventId: `event-${n}`,
    userId,
    version,
    type,
    data: JSON.stringify({ id: userId, ...data }),
    occurredAt,
    commandId: `command-${n}`,
  };
}

const STORED: readonly StoredEvent[] = [
  event(1, ANN, 1, 'user.created', { name: 'Ann', email: 'Ann@example.org', status: 'pending' }),
  event(2, BOB, 1, 'user.created', { name: 'Bob', email: 'bob@example.org' }),
  event(3, ANN, 2, 'user.updated', { name: 'Anne' }),
  event(4, BOB, 2, 'user.deleted', {}),
  event(5, ANN, 3, 'user.email-verified', {}),
  event(6, DAN, 1, 'user.created', { name: 'Dan', email: 'dan@example.org', status: 'pending' }),
  { ...event(7, DAN, 2, 'user.verification-reminded', {}, HALF_TIME), commandId: 'command-6' },
  {
    ...event(8, DAN, 3, 'user.deactivated', { reason: 'email-not-verified' }, TOO_LATE),
    commandId: 'command-6',
  },
];

function entry(
  command: Partial<Command> & Pick<Command, 'id' | 'kind' | 'userId'>,
  decision: Decision,
): LedgerEntry {
  const method = { create: 'POST', update: 'PUT', delete: 'DELETE', verify: 'POST' } as const;
  return {
    command: {
      method: method[command.kind],
      path: command.kind === 'create' ? '/users' : `/users/${command.userId}`,
      mayChangeNothing: false,
      ...command,
    },
    attempts: 1,
    decision,
    contradictions: [],
  };
}

const CAROL = 'carol-id';

const ENTRIES: readonly LedgerEntry[] = [
  entry({ id: 'command-1', kind: 'create', userId: ANN }, { status: 201, version: 1 }),
  entry({ id: 'command-2', kind: 'create', userId: BOB }, { status: 201, version: 1 }),
  entry({ id: 'command-3', kind: 'update', userId: ANN }, { status: 200, version: 2 }),
  entry({ id: 'command-4', kind: 'delete', userId: BOB }, { status: 200, version: 2 }),
  entry(
    { id: 'command-5', kind: 'verify', userId: ANN, mayChangeNothing: true },
    { status: 200, version: 3 },
  ),
  entry({ id: 'command-6', kind: 'create', userId: DAN }, { status: 201, version: 1 }),
  entry({ id: 'too-late', kind: 'verify', userId: DAN }, { status: 409, code: 'user-deactivated' }),
  entry(
    { id: 'same-name', kind: 'update', userId: ANN, mayChangeNothing: true },
    { status: 200, version: 2 },
  ),
  entry({ id: 'deleted', kind: 'update', userId: BOB }, { status: 404, code: 'user-not-found' }),
  entry({ id: 'again', kind: 'create', userId: ANN }, { status: 409, code: 'user-already-exists' }),
  entry(
    { id: 'taken', kind: 'create', userId: CAROL, body: { email: 'ANN@example.org' } },
    { status: 409, code: 'email-already-taken' },
  ),
  entry({ id: 'late', kind: 'update', userId: ANN, ifMatch: 1 }, { status: 412, code: 'version-mismatch' }),
];

const ANNS_ROW: UserRow = {
  id: ANN,
  name: 'Anne',
  email: 'Ann@example.org',
  status: 'active',
  version: 3,
  createdAt: AT,
  updatedAt: LATER,
};

const DANS_ROW: UserRow = {
  id: DAN,
  name: 'Dan',
  email: 'dan@example.org',
  status: 'deactivated',
  version: 3,
  createdAt: AT,
  updatedAt: TOO_LATE,
};

/** A mail to Dan was sent twice, as the notifier knows that it may have been. Kafka has a repeat of Ann's first event, and a rogue record under the key of Bob, whose events were parked. */
export function soundRun(): Evidence {
  const [annsFirst, bobsFirst, annsSecond, bobsSecond, annsThird, ...dans] = STORED as [
    StoredEvent,
    StoredEvent,
    StoredEvent,
    StoredEvent,
    StoredEvent,
    ...StoredEvent[],
  ];
  const record = (partition: number, offset: number, event: StoredEvent) => ({
    partition,
    offset: String(offset),
    key: event.userId,
    event,
  });
  return {
    entries: structuredClone(ENTRIES),
    doubtfulReads: [{ userId: BOB, tokenVersion: 1, status: 404 }],
    stored: STORED,
    claims: [
      { key: 'ann@example.org', userId: ANN },
      { key: 'dan@example.org', userId: DAN },
    ],
    records: [
      record(0, 0, annsFirst),
      record(0, 1, annsFirst),
      record(0, 2, annsSecond),
      record(0, 3, annsThird),
      record(1, 0, bobsFirst),
      { partition: 1, offset: '1', key: BOB },
      record(1, 2, bobsSecond),
      ...dans.map((event, index) => record(2, index, event)),
    ],
    rows: [ANNS_ROW, DANS_ROW],
    listed: [ANNS_ROW, DANS_ROW],
    counters: { total: 3, existing: 2, deleted: 1, createdPerDay: [{ day: '2026-03-01', count: 3 }] },
    hasNotifier: true,
    mails: [
      { eventId: 'event-1', mail: 'welcome' },
      { eventId: 'event-2', mail: 'welcome' },
      { eventId: 'event-4', mail: 'goodbye' },
      { eventId: 'event-6', mail: 'welcome' },
      { eventId: 'event-7', mail: 'reminder' },
      { eventId: 'event-7', mail: 'reminder' },
    ],
    unknownMails: 1,
    poisoned: [BOB],
    parked: [BOB],
    lossWindows: [],
    named: [],
    streams: [],
    unfinished: [],
  };
}
