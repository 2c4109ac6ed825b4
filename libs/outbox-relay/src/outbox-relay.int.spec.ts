import { randomUUID } from 'node:crypto';
import { endOffsets } from '@eventfleet/kafka';
import { eventually } from '@eventfleet/testing';
import { countBacklog } from './read-backlog.js';
import { PARTITIONS, inVersionOrder, startRelayFixture, type RelayFixture } from './relay.fixture.js';
import { event } from './tail-event.fixture.js';

let fixture: RelayFixture;
beforeEach(async () => {
  fixture = await startRelayFixture();
});
afterEach(() => fixture.close());

describe('OutboxRelay to Kafka', () => {
  it('publishes every event once and in order, over clean stops and starts', async () => {
    const ids = await fixture.store(100);
    await fixture
      .startRelay()
      .stop()
      .catch(() => undefined);
    const relay = fixture.startRelay();
    await fixture.drained();
    await fixture.store(50, ids, 11);
    relay.wake();
    await fixture.drained();
    await relay.stop();
    fixture.startRelay();
    await fixture.store(50, ids, 16);
    await fixture.expectPublishedOnce(200);
  });

  it('splits what is too much for one partition, and keeps its order', async () => {
    const id = randomUUID();
    const big = JSON.stringify({ text: 'x'.repeat(50_000) });
    await fixture.append(Array.from({ length: 60 }, (_, index) => event(id, index + 1, big)));
    fixture.startRelay();
    await fixture.expectPublishedOnce(60);
  });

  it('lets one relay publish, and another take over at once when it stops', async () => {
    const [first, second] = [fixture.startRelay(), fixture.startRelay()];
    await eventually(() => [first, second].some((relay) => relay.health().role === 'active'));
    expect([first, second].map((relay) => relay.health().role).toSorted()).toEqual(['active', 'standby']);
    const [active, standby] = first.health().role === 'active' ? [first, second] : [second, first];
    const ids = await fixture.store(20);
    await fixture.drained();
    await active.stop();
    await eventually(() => standby.health().role === 'active');
    await fixture.store(20, ids, 3);
    await fixture.expectPublishedOnce(40);
  });

  it('cannot move the checkpoint once its lease went to another', async () => {
    const frozen = fixture.startRelay();
    await fixture.store(10);
    await fixture.drained();
    // As after a freeze: another process holds a newer epoch while this one still believes in its own.
    await fixture.pool.query(
      `update relay_checkpoints set epoch = epoch + 1, holder = 'other', lease_until = now() + interval '3 s'`,
    );
    await fixture.store(10);
    await eventually(() => frozen.health().role === 'standby');
    expect(await countBacklog(fixture.pool, 'kafka')).toBe(10);
    await eventually(() => frozen.health().role === 'active');
    await fixture.drained();
    const events = await fixture.published();
    expect(new Set(events.map(({ eventId }) => eventId)).size).toBe(20);
    expect(inVersionOrder(events)).toBe(true);
  });

  it('knows the end of its log', async () => {
    fixture.startRelay();
    await fixture.store(30);
    await fixture.drained();
    const ends = await endOffsets(fixture.kafka, fixture.topic);
    const { topics } = await fixture.savedState();
    expect(topics[fixture.topic]!.next).toEqual(
      Array.from({ length: PARTITIONS }, (_, index) => String(ends.get(index)!.end)),
    );
  });
});
