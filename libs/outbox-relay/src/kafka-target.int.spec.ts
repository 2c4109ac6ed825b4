import { randomUUID } from 'node:crypto';
import { TAIL_START, type TailEvent } from '@eventfleet/event-store';
import { createPublisher } from '@eventfleet/kafka';
import { startRelayFixture, type RelayFixture } from './relay.fixture.spec.js';
import { event } from './tail-event.fixture.spec.js';

let fixture: RelayFixture;
beforeEach(async () => {
  fixture = await startRelayFixture();
});
afterEach(() => fixture.close());

const id = randomUUID();

function tailEvent(n: number): TailEvent {
  const position = { transactionId: String(n), globalPosition: String(n) };
  return { position, event: { ...event(id, n), globalPosition: String(n) } };
}

describe('KafkaTarget', () => {
  it('notices while it is idle that a log is not as it left it', async () => {
    const target = fixture.startTarget();
    await target.recover(undefined, TAIL_START);
    await target.publish([tailEvent(1), tailEvent(2)]);
    await target.verify();
    const publisher = createPublisher(fixture.kafka);
    await publisher.publish(fixture.topic, [{ partition: 0, key: 'noise', value: '', headers: {} }]);
    await publisher.disconnect();
    await expect(target.verify()).rejects.toMatchObject({ name: 'LogMoved' });
    await target.recover(target.state(), TAIL_START);
    await target.verify();
  });

  it('notices at the next send that a log was cut, before the checkpoint moves', async () => {
    const target = fixture.startTarget();
    await target.recover(undefined, TAIL_START);
    await target.publish([tailEvent(1), tailEvent(2), tailEvent(3)]);
    const { next } = target.state().topics[fixture.topic]!;
    await fixture.deleteTopic();
    await fixture.createTopic();
    await expect(target.publish([tailEvent(4)])).rejects.toMatchObject({ name: 'LogMoved' });
    expect(target.state().topics[fixture.topic]!.next).toEqual(next);
  });
});
