import { eventually, watchClientSockets, type ClientSockets } from '@eventfleet/testing';
import { startTestKafka, type TestKafka } from '../../kafka.fixture.js';
import { ensureTopics, fleetTopics } from '../../topics.js';
import { createPublisher } from '../create-publisher.js';
import { withAdmin } from '../with-admin.js';
import { endOffsets } from './end-offsets.js';
import { deleteTopics } from './list-topics.js';
import { TopicObserver } from './topic-observer.js';

let test: TestKafka;
let observer: TopicObserver;
let sockets: ClientSockets;
beforeAll(async () => {
  test = await startTestKafka('topic-observer');
});
beforeEach(() => {
  observer = new TopicObserver(test.kafka);
  sockets = watchClientSockets();
});
afterEach(async () => {
  sockets.stop();
  await observer.close();
});

const ends = async () =>
  Object.fromEntries(
    [...(await observer.look(test.topic)).ends].map(([partition, { end }]) => [partition, end]),
  );

async function publish(): Promise<void> {
  const publisher = createPublisher(test.kafka);
  await publisher.publish(test.topic, [{ partition: 0, key: 'key', value: '', headers: {} }]);
  await publisher.disconnect();
}

describe('TopicObserver', () => {
  it('sees what is new on connections that it keeps, a partition too', async () => {
    expect(await ends()).toEqual({ 0: 0n, 1: 0n, 2: 0n });
    const kept = [...sockets.opened];
    await publish();
    await withAdmin(test.kafka, (admin) =>
      admin.createPartitions({ topicPartitions: [{ topic: test.topic, count: 4 }] }),
    );
    await eventually(async () => (await endOffsets(test.kafka, test.topic)).size === 4);
    sockets.opened.length = 0;

    expect(await ends()).toEqual({ 0: 1n, 1: 0n, 2: 0n, 3: 0n });

    expect(sockets.opened).toEqual([]);
    await observer.close();
    expect(kept.every((socket) => socket.destroyed || socket.writableEnded)).toBe(true);
  });

  it('looks on new connections if those of before are dead', async () => {
    const before = await observer.look(test.topic);
    for (const socket of sockets.opened) socket.destroy(new Error('reset'));

    expect(await observer.look(test.topic)).toEqual(before);
  });

  it('sees that a topic has become another one since the look before', async () => {
    await publish();
    const before = await observer.look(test.topic);
    await deleteTopics(test.kafka, [test.topic]);
    const [topic] = fleetTopics(test.settings);
    await ensureTopics(test.kafka, [topic!], test.settings);

    expect((await observer.look(test.topic)).identity.topicId).not.toBe(before.identity.topicId);
    expect(await ends()).toEqual({ 0: 0n, 1: 0n, 2: 0n });
  });

  it('sees that a topic is gone', async () => {
    await observer.look(test.topic);
    await deleteTopics(test.kafka, [test.topic]);

    await expect(observer.look(test.topic)).rejects.toMatchObject({ code: 'topic-missing' });
  });
});
