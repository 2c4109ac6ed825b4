import { eventually } from '@eventfleet/testing';
import { v7 as uuidv7 } from 'uuid';
import { startEventStore, type EventStoreFixture } from '../event-store.fixture.js';
import { findTraces, type EventTrace } from './find-traces.js';

let fixture: EventStoreFixture;
beforeAll(async () => {
  fixture = await startEventStore();
});
afterAll(() => fixture.close());

const account = (aggregateId: string) => ({ aggregateType: 'account', aggregateId });
const idsOf = (traces: readonly EventTrace[]) => traces.map(({ eventId }) => eventId);

async function append(aggregateId: string, correlationIds: readonly string[]): Promise<string[]> {
  const events = correlationIds.map((correlationId) => ({
    eventId: uuidv7(),
    type: 'account.opened',
    schemaVersion: 1,
    occurredAt: new Date().toISOString(),
    data: '{"owner":"Ada"}',
    correlationId,
    causationId: 'cause',
    traceparent: '',
  }));
  await fixture.copy().eventStore.appendToStream(account(aggregateId), events, { expectedVersion: 0 });
  return events.map(({ eventId }) => eventId);
}

describe('the traces of events', () => {
  it('are found by event, by request, and by stream, without their data', async () => {
    const [first, second] = [uuidv7(), uuidv7()];
    const [a, b, c] = await append(first, ['request 1', 'request 2', 'request 1']);
    const [d] = await append(second, ['request 1']);
    const { pool } = fixture.copy();

    const [found, ...others] = await findTraces(pool, { eventId: b! }, 10);
    expect(others).toEqual([]);
    expect(found).toMatchObject({ ...account(first), version: 2, correlationId: 'request 2' });
    expect(JSON.stringify(found)).not.toContain('Ada');
    expect(idsOf(await findTraces(pool, { correlationId: 'request 1' }, 10))).toEqual([a, c, d]);
    expect(idsOf(await findTraces(pool, { correlationId: 'request 1' }, 1))).toEqual([a]);
    expect(idsOf(await findTraces(pool, { ...account(first), newest: true }, 2))).toEqual([b, c]);
    expect(idsOf(await findTraces(pool, { ...account(first), versions: [3, 1, 9] }, 10))).toEqual([a, c]);
    expect(await findTraces(pool, { correlationId: 'nobody' }, 10)).toEqual([]);
  });

  it('tell that an older transaction holds the tail back', async () => {
    const blocker = await fixture.admin.connect();
    await blocker.query('begin');
    await blocker.query('select pg_current_xact_id()');
    const [held] = await append(uuidv7(), ['held back']);
    const { pool } = fixture.copy();

    expect(await findTraces(pool, { eventId: held! }, 1)).toMatchObject([{ isInTail: false }]);
    await blocker.query('rollback');
    blocker.release();
    // Transactions of other tests on the same server count as well.
    await eventually(async () => (await findTraces(pool, { eventId: held! }, 1))[0]?.isInTail);
  });

  it('are looked up in an index, by the event and by the request', async () => {
    const client = await fixture.admin.connect();
    await client.query('set enable_seqscan = off');
    for (const condition of [`event_id = '${uuidv7()}'`, `correlation_id = 'x'`]) {
      const { rows } = await client.query<{ 'QUERY PLAN': string }>(
        `explain select from events where ${condition}`,
      );
      expect(rows.map((row) => row['QUERY PLAN']).join()).toContain('events_cause');
    }
    client.release(true);
  });
});
