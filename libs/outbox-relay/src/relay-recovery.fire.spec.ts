import { createPublisher } from '@eventfleet/kafka';
import { eventually, sendCompressed } from '@eventfleet/testing';
import { PARTITIONS, inVersionOrder, startRelayFixture, type RelayFixture } from './relay.fixture.js';
import { rewindRelay } from './rewind.js';

let fixture: RelayFixture;
beforeEach(async () => {
  fixture = await startRelayFixture();
});
afterEach(() => fixture.close());

describe('OutboxRelay and a Kafka that has changed', () => {
  it('finds in the log what was sent before the checkpoint was lost, and sends only the rest', async () => {
    const ids = await fixture.store(40);
    const relay = fixture.startRelay();
    await fixture.drained();
    await relay.stop();
    const checkpoint = await fixture.pool.query(
      'select transaction_id, global_position, target_state from relay_checkpoints',
    );
    await fixture.store(40, ids, 5);
    const second = fixture.startRelay();
    await fixture.drained();
    await second.stop();
    const {
      transaction_id: transactionId,
      global_position: position,
      target_state: state,
    } = checkpoint.rows[0];
    await fixture.pool.query(
      'update relay_checkpoints set transaction_id = $1, global_position = $2, target_state = $3',
      [transactionId, position, JSON.stringify(state)],
    );
    await fixture.store(20, ids, 9);
    fixture.startRelay();
    await fixture.expectPublishedOnce(100);
  });

  it('ignores foreign records at the end of the log', async () => {
    const ids = await fixture.store(10);
    const relay = fixture.startRelay();
    await fixture.drained();
    const publisher = createPublisher(fixture.kafka);
    const noise = Array.from({ length: PARTITIONS }, (_, partition) => ({
      partition,
      key: 'noise',
      value: '\u0000',
      headers: {},
    }));
    await publisher.publish(fixture.topic, noise);
    await fixture.store(10, ids, 2);
    relay.wake();
    await fixture.drained();
    await relay.stop();
    await publisher.publish(fixture.topic, noise);
    await publisher.disconnect();
    fixture.startRelay();
    await fixture.store(10, ids, 3);
    await fixture.expectPublishedOnce(30);
  });

  it('passes over batches that nobody can unpack', async () => {
    const ids = await fixture.store(10);
    const relay = fixture.startRelay();
    await fixture.drained();
    const bombs = Array.from({ length: PARTITIONS }, (_, partition) => ({
      topic: fixture.topic,
      partition,
      value: Buffer.alloc(20_000_000, ' '),
    }));
    await sendCompressed('gzip', bombs.slice(0, 1));
    await sendCompressed('zstd', bombs);
    await fixture.store(10, ids, 2);
    relay.wake();
    await fixture.drained();
    await relay.stop();

    fixture.startRelay();
    await fixture.store(10, ids, 3);
    await fixture.expectPublishedOnce(30);
  });

  it('publishes again what is missing when Kafka lost the tail of its log', async () => {
    const ids = await fixture.store(20);
    const relay = fixture.startRelay();
    await fixture.drained();
    await relay.stop();
    await fixture.store(20, ids, 3);
    // As if the second twenty had been published, and Kafka had lost them: the checkpoint is past them, the log is not.
    const state = await fixture.savedState();
    const log = state.topics[fixture.topic]!;
    await fixture.saveState({
      ...state,
      topics: { [fixture.topic]: { ...log, next: log.next.map((next) => String(Number(next) + 7)) } },
    });
    await fixture.pool.query(
      `update relay_checkpoints set (transaction_id, global_position) =
         (select transaction_id, global_position from events order by transaction_id desc, global_position desc limit 1)`,
    );
    fixture.startRelay();
    await eventually(async () => (await fixture.published()).length >= 40);
    await fixture.expectPublishedOnce(40);
  });

  it('notices a topic that was replaced while it ran', async () => {
    const relay = fixture.startRelay();
    await fixture.store(20);
    await fixture.drained();
    await fixture.deleteTopic();
    await fixture.createTopic();
    await eventually(() => relay.health().role === 'refused');
    expect(relay.health().problem).toMatch(/topic .* is another one .* fleet -- relay rewind/);
    expect(await fixture.published()).toEqual([]);

    await rewindRelay(fixture.pool, 'kafka');
    await eventually(() => relay.health().role === 'active');
    await fixture.expectPublishedOnce(20);
  });

  it('refuses another cluster and another Postgres server until it is rewound', async () => {
    await fixture.store(10);
    const relay = fixture.startRelay();
    await fixture.drained();
    await relay.stop();
    await fixture.saveState({ ...(await fixture.savedState()), clusterId: 'elsewhere' });
    const second = fixture.startRelay();
    await eventually(() => second.health().role === 'refused');
    expect(second.health().problem).toMatch(/cluster .* is another one than elsewhere/);
    await second.stop();

    await rewindRelay(fixture.pool, 'kafka');
    await fixture.pool.query(`update relay_checkpoints set system_identifier = '1'`);
    await fixture.pool.query(
      `update events set transaction_id = (pg_current_xact_id()::text::bigint + 1000000)::text::xid8`,
    );
    const third = fixture.startRelay();
    await eventually(() => third.health().role === 'refused');
    expect(third.health().problem).toMatch(/Postgres server .* is another one than 1/);

    await fixture.pool.query(`update history set system_identifier = '1'`);
    expect(await rewindRelay(fixture.pool, 'kafka')).toBe(10);
    // Commands wait there until the store is compared with Kafka, and not for the rewind alone.
    const { rows } = await fixture.pool.query('select system_identifier from history');
    expect(rows).toEqual([{ system_identifier: '1' }]);
    await eventually(async () => (await fixture.published()).length === 20);
    expect(new Set((await fixture.published()).map(({ eventId }) => eventId)).size).toBe(10);
    expect(inVersionOrder(await fixture.published())).toBe(true);
  });
});
