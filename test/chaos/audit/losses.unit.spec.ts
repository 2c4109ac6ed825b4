import { audit } from './audit.ts';
import type { Evidence } from './evidence.ts';
import { ANN, BOB, soundRun } from './sound-run.fixture.ts';

/** When the last of Ann's commands was acknowledged. */
const DECIDED_AT = 1_000;
const LOST_EVENT = 'event-5';

/** As it is after an asynchronous fail-over that lost Ann's last event. She has nothing to verify here. */
function lossyRun(more: Partial<Evidence> = {}): Evidence {
  const run = soundRun();
  const stored = run.stored
    .filter(({ eventId }) => eventId !== LOST_EVENT)
    .map((event) =>
      event.userId === ANN ? { ...event, data: event.data.replace('pending', 'active') } : event,
    );
  const byId = new Map(stored.map((event) => [event.eventId, event]));
  const rows = run.rows.map((row) => (row.id === ANN ? { ...row, version: 2 } : row));
  return {
    ...run,
    entries: run.entries.map((entry) => ({
      ...entry,
      command: { ...entry.command, mayChangeNothing: entry.command.id === 'same-name' },
      decidedAt: DECIDED_AT,
    })),
    stored,
    records: run.records
      .filter(({ event }) => event?.eventId !== LOST_EVENT)
      .map((record) => (record.event ? { ...record, event: byId.get(record.event.eventId)! } : record)),
    rows,
    listed: rows,
    lossWindows: [{ from: DECIDED_AT - 10, to: DECIDED_AT + 10 }],
    ...more,
  };
}

const kindsOf = (run: Evidence) => new Set(audit(run).violations.map(({ kind }) => kind));
const lostRecord = soundRun().records.find(({ event }) => event?.eventId === LOST_EVENT)!;

describe('the audit after an asynchronous fail-over', () => {
  it('counts what was acknowledged and is nowhere', () => {
    expect(audit(lossyRun())).toMatchObject({ violations: [], lostByFailover: 1, namedDifferences: 0 });
  });

  it('forgives a read that carries the token of what is lost', () => {
    const doubtfulReads = [{ userId: ANN, tokenVersion: 3, status: 200, version: 2 }];
    expect(audit(lossyRun({ doubtfulReads })).violations).toEqual([]);
  });

  it('does not forgive what was acknowledged at another time, or if commits waited for the standby', () => {
    const decidedAt = DECIDED_AT + 11;
    const entries = lossyRun().entries.map((entry) => ({ ...entry, decidedAt }));
    expect(kindsOf(lossyRun({ entries }))).toEqual(new Set(['acknowledged-not-stored']));
    expect(kindsOf(lossyRun({ lossWindows: [] }))).toEqual(new Set(['acknowledged-not-stored']));
  });

  describe('forgives a refusal that was right when it was given, and no later one:', () => {
    const ofAnn = soundRun().stored.filter(({ userId }) => userId === ANN);
    const changedAt = (version: number) => Date.parse(ofAnn[version - 1]!.occurredAt);
    const kindsWith = (more: object, decision: object, times: object, run: Partial<Evidence> = {}) => {
      const entry = lossyRun().entries.find(({ command }) => command.userId === ANN)!;
      const command = { ...entry.command, id: 'refused', ...more };
      const entries = [...lossyRun().entries, { ...entry, command, decision, ...times } as typeof entry];
      return kindsOf(lossyRun({ entries, ...run }));
    };

    it.each([
      ['no such user', { kind: 'delete' }, { status: 404, code: 'user-not-found' }, 1],
      ['another version', { kind: 'update', ifMatch: 2 }, { status: 412, code: 'version-mismatch' }, 2],
    ])('%s', (_, more, decision, version) => {
      const [before, after] = [changedAt(version) - 1, changedAt(version)];
      expect(kindsWith(more, decision, { decidedAt: before })).toEqual(new Set());
      expect(kindsWith(more, decision, { openedAt: before, decidedAt: after })).toEqual(new Set());
      expect(kindsWith(more, decision, { openedAt: after, decidedAt: after })).toEqual(
        new Set(['wrong-refusal']),
      );
      expect(kindsWith(more, decision, { decidedAt: before }, { lossWindows: [] })).toContain(
        'wrong-refusal',
      );
    });

    it('a token of an email that is lost', () => {
      const entry = lossyRun().entries.find(({ command }) => command.userId === ANN)!;
      const change = {
        ...entry.command,
        id: 'lost',
        kind: 'update' as const,
        body: { email: 'b@example.org' },
      };
      const lost = { ...entry, command: change, decision: { status: 200, version: 4 } };
      const verify = { ...entry.command, id: 'refused', kind: 'verify' as const, body: {} };
      const decision = { status: 403, code: 'verification-token-invalid' };
      const refused = { ...entry, command: verify, decision, decidedAt: DECIDED_AT + 11 };
      const { entries } = lossyRun();
      expect(kindsOf(lossyRun({ entries: [...entries, lost, refused] }))).toEqual(new Set());
      expect(kindsOf(lossyRun({ entries: [...entries, refused] }))).toEqual(new Set(['wrong-refusal']));
    });
  });

  it('forgives a poison that was set aside, if its event was lost then, and no other one', () => {
    const createdAt = Date.parse(soundRun().stored.find(({ userId }) => userId === BOB)!.occurredAt);
    const window = (from: number, to: number) => ({ parked: [], lossWindows: [{ from, to }] });
    expect(kindsOf(lossyRun(window(createdAt - 1, createdAt)))).not.toContain('poison-not-parked');
    expect(kindsOf(lossyRun(window(createdAt - 2, createdAt - 1)))).toContain('poison-not-parked');
    expect(kindsOf(lossyRun({ parked: [], lossWindows: [] }))).toContain('poison-not-parked');
  });

  it('does not forgive what Kafka has', () => {
    const records = [...lossyRun().records, lostRecord];
    expect(kindsOf(lossyRun({ records }))).toEqual(
      new Set(['kafka-event-not-stored', 'acknowledged-not-stored']),
    );
    expect(audit(lossyRun({ records })).lostByFailover).toBe(0);
  });

  it('counts a difference that is named', () => {
    const records = [...lossyRun().records, lostRecord];
    expect(audit(lossyRun({ records, named: [ANN] }))).toMatchObject({
      violations: [],
      lostByFailover: 1,
      namedDifferences: 1,
    });
  });

  it('does not forgive a command that took effect twice', () => {
    const stored = lossyRun().stored.map((event) =>
      event.version === 2 && event.userId === ANN ? { ...event, commandId: 'command-1' } : event,
    );
    expect(kindsOf(lossyRun({ stored }))).toContain('executed-twice');
  });

  it('forgives a mail of an event that is nowhere, and of no other', () => {
    const mail = (eventId: string) => ({ eventId, mail: 'reminder' });
    const mails = (eventId: string) => [...soundRun().mails, mail(eventId)];
    expect(kindsOf(lossyRun({ mails: mails('lost') }))).toEqual(new Set());
    expect(kindsOf(lossyRun({ mails: mails('event-1') }))).toEqual(new Set(['mail-of-nobody']));
  });
});
