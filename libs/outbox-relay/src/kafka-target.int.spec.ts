import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { TAIL_START, type TailEvent } from '@eventfleet/event-store';
import { createPublisher, describeTopic, partitionOf } from '@eventfleet/kafka';
import { watchClientSockets } from '@eventfleet/testing';
import type { KafkaTarget, KafkaTargetState } from './kafka-target.js';
import type { LocateEvents } from './published-positions.js';
import { PARTITIONS, startRelayFixture, type RelayFixture } from './relay.fixture.js';
import { event } from './tail-event.fixture.js';

let fixture: RelayFixture;
beforeEach(async () => {
  fixture = await startRelayFixture();
});
afterEach(() => fixture.close());

const id = randomUUID();

function tailEvent(n: number, aggregateId: string = id, version = n): TailEvent {
  const position = { transactionId: String(n), globalPosition: String(n) };
  return { position, event: { ...event(aggregateId, version), globalPosition: String(n) } };
}

/** An aggregate whose events go to that partition. */
function idIn(partition: number): string {
  for (;;) {
    const candidate = randomUUID();
    if (partitionOf(candidate, PARTITIONS) === partition) return candidate;
  }
}

const published = [tailEvent(1, idIn(0), 1), tailEvent(2, idIn(1), 1)];
const next = published.map(({ position, event: { aggregateId } }) =>
  tailEvent(Number(position.globalPosition) + 2, aggregateId, 2),
);
const all = [...published, ...next];
const checkpoint = published[1]!.position;

/** Knows the events above without the store. */
const locate: LocateEvents = (references) => {
  const isWanted = ({ event: { eventId } }: TailEvent) =>
    references.some((reference) => reference.eventId === eventId);
  return Promise.resolve(
    new Map(all.filter(isWanted).map(({ event: { eventId }, position }) => [eventId, position])),
  );
};

/** Lets Kafka lose both partitions while the target runs, and the target notice it at a send. */
async function loseBoth(target: KafkaTarget): Promise<void> {
  await fixture.deleteTopic();
  await fixture.createTopic();
  await expect(target.publish(next)).rejects.toMatchObject({ name: 'LogEndMismatch' });
}

/** The state, as if it had been saved for the topic of now. */
async function inPresentTopic(state: KafkaTargetState): Promise<KafkaTargetState> {
  const { topicId } = await describeTopic(fixture.kafka, fixture.topic);
  return { ...state, topics: { [fixture.topic]: { ...state.topics[fixture.topic]!, topicId } } };
}

describe('KafkaTarget', () => {
  it('notices while it is idle that a log does not end where it left it', async () => {
    const target = fixture.startTarget();
    await target.recover(undefined, TAIL_START);
    await target.publish([tailEvent(1), tailEvent(2)]);
    await target.verify();
    const publisher = createPublisher(fixture.kafka);
    await publisher.publish(fixture.topic, [{ partition: 0, key: 'noise', value: '', headers: {} }]);
    await publisher.disconnect();
    await expect(target.verify()).rejects.toMatchObject({ name: 'LogEndMismatch' });
    await target.recover(target.state(TAIL_START), TAIL_START);
    await target.verify();
  });

  it('recovers on new connections, as those of before may be dead without a sign', async () => {
    const sockets = watchClientSockets();
    const target = fixture.startTarget();
    await target.recover(undefined, TAIL_START);
    await target.verify();
    sockets.stop();
    // kafkajs is not told of it, and would wait for an answer for 10 seconds.
    for (const socket of sockets.opened) socket.destroy();

    const recovered = target.recover(target.state(TAIL_START), TAIL_START).then(() => 'recovered');

    expect(await Promise.race([recovered, delay(5_000, 'waits')])).toBe('recovered');
  });

  it('notices at the next send that a log was truncated, before the checkpoint moves', async () => {
    const target = fixture.startTarget();
    await target.recover(undefined, TAIL_START);
    await target.publish([tailEvent(1), tailEvent(2), tailEvent(3)]);
    const { next } = target.state(tailEvent(3).position).topics[fixture.topic]!;
    await fixture.deleteTopic();
    await fixture.createTopic();
    await expect(target.publish([tailEvent(4)])).rejects.toMatchObject({ name: 'LogEndMismatch' });
    expect(target.state(tailEvent(3).position).topics[fixture.topic]!.next).toEqual(next);
  });

  it('sends again what any partition has lost since the checkpoint, after one send has noticed', async () => {
    const target = fixture.startTarget(locate);
    await target.recover(undefined, TAIL_START);
    const saved = target.state(TAIL_START);
    await target.publish(published);
    await loseBoth(target);
    const recovery = await target.recover(await inPresentTopic(saved), TAIL_START);
    expect(all.filter((sent) => recovery.isPublished(sent))).toEqual([]);
  });

  it('sends again what was lost before the checkpoint, after a process that is gone has noticed', async () => {
    const gone = fixture.startTarget(locate);
    await gone.recover(undefined, TAIL_START);
    await gone.publish(published);
    const saved = gone.state(checkpoint);
    await loseBoth(gone);
    const recovery = await fixture.startTarget(locate).recover(await inPresentTopic(saved), checkpoint);
    expect(recovery.resumeAt).toEqual(TAIL_START);
    expect(all.filter((sent) => recovery.isPublished(sent))).toEqual([]);
  });

  it('saves the published positions of the others while it sends again what one partition has lost', async () => {
    const target = fixture.startTarget(locate);
    await target.recover(undefined, TAIL_START);
    await target.publish(published);
    const state = target.state(checkpoint);
    const log = state.topics[fixture.topic]!;
    // As if the second partition had held another event.
    const saved = { ...log, next: log.next.with(1, '2') };
    const last = all[3]!.position;
    const { resumeAt } = await target.recover({ ...state, topics: { [fixture.topic]: saved } }, last);
    expect(resumeAt).toEqual(checkpoint);
    const stopped = target.state(resumeAt);
    expect(stopped.topics[fixture.topic]!.floors).toEqual({ 0: last, 2: last, 3: last });
    expect(target.state(last).topics[fixture.topic]).not.toHaveProperty('floors');

    const recovery = await fixture.startTarget(locate).recover(stopped, resumeAt);
    expect(all.map((event) => recovery.isPublished(event))).toEqual([true, true, true, false]);
  });
});
