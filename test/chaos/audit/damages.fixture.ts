import type { LedgerEntry } from '../load/ledger.ts';
import type { Evidence, StoredEvent } from './evidence.ts';
import { without, type Damage } from './damage.fixture.ts';
import { REACTION_DAMAGES } from './reaction-damages.fixture.ts';
import { ANN, BOB, soundRun } from './sound-run.fixture.ts';
import { STREAM_DAMAGES } from './stream-damages.fixture.ts';

const [annsFirst, , annsSecond] = soundRun().stored as [StoredEvent, StoredEvent, StoredEvent];
const [annsRow, dansRow] = soundRun().rows;
const annsSecondRecord = 2;
const annsLastRecord = 3;

const withAnswers = (
  run: Evidence,
  id: string,
  answers: Partial<Pick<LedgerEntry, 'decision' | 'contradictions'>>,
) => ({
  entries: run.entries.map((entry) => (entry.command.id === id ? { ...entry, ...answers } : entry)),
});

const withoutDecision = (run: Evidence, id: string) => ({
  entries: run.entries.map((entry) => {
    const { decision, ...rest } = entry;
    return entry.command.id === id && decision ? rest : entry;
  }),
});

export const DAMAGES: readonly Damage[] = [
  [
    'an acknowledged command is not stored',
    (run) => ({ stored: without(run.stored, 2) }),
    'acknowledged-not-stored',
    'kafka-event-not-stored',
    'version-gap',
    'row-wrong',
  ],
  [
    'it is stored at another version than was answered',
    (run) => withAnswers(run, 'command-3', { decision: { status: 200, version: 3 } }),
    'acknowledged-not-stored',
  ],
  [
    'a success of nothing, where something had to change',
    (run) => ({
      entries: run.entries.map((entry) => ({
        ...entry,
        command: { ...entry.command, mayChangeNothing: false },
      })),
    }),
    'acknowledged-not-stored',
  ],
  [
    'an event is missing in Kafka',
    (run) => ({ records: without(run.records, annsLastRecord) }),
    'not-in-kafka',
  ],
  ['a row is missing', () => ({ rows: [dansRow!], listed: [dansRow!] }), 'row-missing'],
  [
    'a row is at an older version',
    () => ({
      rows: [{ ...annsRow!, version: 1 }, dansRow!],
      listed: [{ ...annsRow!, version: 1 }, dansRow!],
    }),
    'row-wrong',
  ],
  [
    'a deleted user has a row again',
    (run) => ({
      rows: [...run.rows, { ...annsRow!, id: BOB }],
      listed: [...run.rows, { ...annsRow!, id: BOB }],
    }),
    'row-superfluous',
  ],
  [
    'a row of nobody',
    (run) => ({
      rows: [...run.rows, { ...annsRow!, id: 'x' }],
      listed: [...run.rows, { ...annsRow!, id: 'x' }],
    }),
    'row-superfluous',
  ],
  ['the list leaves a row out', () => ({ listed: [] }), 'list-wrong'],
  ['the list shows a row twice', (run) => ({ listed: [annsRow!, ...run.rows] }), 'list-wrong'],
  ['a counter counted a repeat', (run) => ({ counters: { ...run.counters, total: 4 } }), 'counters-wrong'],
  [
    'a day counted a repeat',
    (run) => ({ counters: { ...run.counters, createdPerDay: [{ day: '2026-03-01', count: 4 }] } }),
    'counters-wrong',
  ],
  [
    'one command has two events',
    (run) => ({
      stored: run.stored.map((event) => (event.version === 2 ? { ...event, commandId: 'command-1' } : event)),
    }),
    'executed-twice',
    'acknowledged-not-stored',
  ],
  [
    'two live users share an email',
    (run) => ({
      stored: run.stored
        .filter(({ type }) => type !== 'user.deleted')
        .map((event) => ({ ...event, data: event.data.replace('bob@', 'ann@') })),
    }),
    'email-shared',
    'another-event-in-kafka',
    'kafka-event-not-stored',
    'not-in-kafka',
    'acknowledged-not-stored',
    'row-missing',
    'counters-wrong',
    'wrong-refusal',
    'stale-read',
    'mail-of-nobody',
  ],
  ['a claim is missing', (run) => ({ claims: without(run.claims, 0) }), 'claim-missing'],
  [
    'a claim is left of a deleted user',
    (run) => ({ claims: [...run.claims, { key: 'bob@example.org', userId: BOB }] }),
    'claim-left',
  ],
  [
    'the versions of a user have a gap',
    (run) => ({
      stored: run.stored.map((event) =>
        event.type === 'user.email-verified' ? { ...event, version: 4 } : event,
      ),
    }),
    'version-gap',
    'acknowledged-not-stored',
    'kafka-event-not-stored',
    'not-in-kafka',
    'row-wrong',
  ],
  [
    'Kafka has the second version first',
    (run) => ({ records: [run.records[annsSecondRecord]!, ...without(run.records, annsSecondRecord)] }),
    'kafka-out-of-order',
  ],
  [
    'the events of a user lie in two partitions',
    (run) => ({
      records: run.records.map((record, index) =>
        index === annsLastRecord ? { ...record, partition: 1 } : record,
      ),
    }),
    'two-partitions',
  ],
  [
    'Kafka has a version with other content',
    (run) => ({
      records: run.records.map((record) =>
        record.event === annsFirst ? { ...record, event: { ...annsFirst, data: '{}' } } : record,
      ),
    }),
    'another-event-in-kafka',
    'not-in-kafka',
  ],
  [
    'Kafka has an event of a version that the store has not',
    (run) => ({
      records: [
        ...run.records,
        { partition: 0, offset: '4', key: ANN, event: { ...annsSecond, version: 4, eventId: 'x' } },
      ],
    }),
    'kafka-event-not-stored',
  ],
  [
    'Kafka has an event that the store has not',
    (run) => ({
      records: [
        ...run.records,
        { partition: 0, offset: '3', key: ANN, event: { ...annsSecond, version: 3, eventId: 'x' } },
      ],
    }),
    'another-event-in-kafka',
  ],
  [
    'a record that cannot be read, where there was no poison',
    (run) => ({ records: [...run.records, { partition: 0, offset: '3', key: ANN }] }),
    'foreign-record',
  ],
  [
    'a refused command left an event',
    (run) => withAnswers(run, 'command-3', { decision: { status: 409, code: 'user-already-exists' } }),
    'refusal-left-event',
  ],
  ['an event of no command', (run) => ({ entries: run.entries.slice(1) }), 'event-of-nobody'],
  [
    'one key has two answers',
    (run) =>
      withAnswers(run, 'command-1', { contradictions: [{ status: 409, code: 'user-already-exists' }] }),
    'answer-changed',
  ],
  [
    'an answer that nobody should get',
    (run) => withAnswers(run, 'late', { decision: { status: 422, code: 'idempotency-key-reused' } }),
    'unexpected-answer',
  ],
  ['an unknown outcome stays unknown', (run) => withoutDecision(run, 'late'), 'unresolved'],
  [
    'a live user was not found',
    (run) => withAnswers(run, 'late', { decision: { status: 404, code: 'user-not-found' } }),
    'wrong-refusal',
  ],
  [
    'an id was refused that nobody has',
    (run) => withAnswers(run, 'taken', { decision: { status: 409, code: 'user-already-exists' } }),
    'wrong-refusal',
  ],
  [
    'an email was refused that nobody else ever had',
    (run) => withAnswers(run, 'again', { decision: { status: 409, code: 'email-already-taken' } }),
    'wrong-refusal',
  ],
  [
    'the current version did not match',
    (run) => ({
      entries: run.entries.map((entry) => ({
        ...entry,
        command: entry.command.id === 'late' ? { ...entry.command, ifMatch: 3 } : entry.command,
      })),
    }),
    'wrong-refusal',
  ],
  [
    'a read was older than its token',
    () => ({ doubtfulReads: [{ userId: ANN, tokenVersion: 2, status: 200, version: 1 }] }),
    'stale-read',
  ],
  [
    'a read with a token missed a live user',
    () => ({ doubtfulReads: [{ userId: ANN, tokenVersion: 1, status: 404 }] }),
    'stale-read',
  ],
  ['a user was parked who was not poisoned', () => ({ parked: [ANN, BOB] }), 'parked-wrongly'],
  ['poison was not parked', () => ({ parked: [] }), 'poison-not-parked'],
  ...REACTION_DAMAGES,
  ...STREAM_DAMAGES,
  ['something did not come to rest', () => ({ unfinished: ['user-list, partition 3'] }), 'not-quiet'],
];
