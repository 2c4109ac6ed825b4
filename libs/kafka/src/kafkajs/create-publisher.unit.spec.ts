import type { Kafka, Producer, RecordMetadata } from 'kafkajs';
import { createPublisher } from './create-publisher.js';
import { KafkajsClient } from './kafkajs-client.js';

it('gives up the connection that failed, and not the one that took its place', async () => {
  const closed: number[] = [];
  const failures: (() => void)[] = [];
  let made = 0;
  const producer = () => {
    const number = made++;
    const send = () =>
      new Promise<RecordMetadata[]>((_, reject) => failures.push(() => reject(new Error('gone'))));
    const disconnect = () => Promise.resolve(void closed.push(number));
    return { connect: () => Promise.resolve(), send, disconnect } as Partial<Producer> as Producer;
  };
  const publisher = createPublisher(new KafkajsClient('test', { producer } as Partial<Kafka> as Kafka));
  const publish = () => publisher.publish('topic', [{ partition: 0, key: '', value: '', headers: {} }]);
  const turn = () => new Promise((resolve) => setImmediate(resolve));

  const [first, second] = [publish(), publish()];
  await turn();
  failures[0]!();
  await expect(first).rejects.toMatchObject({ code: 'publish-failed' });
  const third = publish();
  await turn();
  failures[1]!();
  await expect(second).rejects.toMatchObject({ code: 'publish-failed' });
  await turn();
  expect([made, [...new Set(closed)]]).toEqual([2, [0]]);
  failures[2]!();
  await expect(third).rejects.toMatchObject({ code: 'publish-failed' });
});
