import { describeWithRabbitmq, eventually } from '@eventfleet/testing';
import { startTcpProxy } from '../../../test/support/tcp-proxy.ts';
import {
  createPublisher,
  messages,
  onChannel,
  QUEUE,
  removeTopology,
  testSettings,
  waitingIn,
} from './rabbitmq.fixture.js';
import { messagesReturned } from './rabbitmq.metrics.js';

describeWithRabbitmq('the publisher', (url) => {
  let settings: ReturnType<typeof testSettings>;

  beforeEach(() => (settings = testSettings(url)));
  afterEach(() => removeTopology(settings));

  const returned = async () =>
    (await messagesReturned.get()).values.find(({ labels }) =>
      labels.exchange?.toString().startsWith(settings.prefix),
    )?.value ?? 0;

  it('has everything in the queues, in order, when it settles', async () => {
    const publisher = createPublisher(settings);
    await publisher.publish(QUEUE.exchange, messages(200));
    await publisher.close();

    await expect(waitingIn(settings, QUEUE.name)).resolves.toBe(200);
    const first = await onChannel(settings, (channel) => channel.get(settings.prefix + QUEUE.name));
    expect(first && first.content.toString()).toBe('0');
    expect(first && first.properties.deliveryMode).toBe(2);
  });

  it('counts what no queue is bound for', async () => {
    const before = await returned();
    const publisher = createPublisher(settings);
    await publisher.publish(QUEUE.exchange, [...messages(3, 'order.placed'), ...messages(1)]);
    await publisher.close();

    expect((await returned()) - before).toBe(3);
    await expect(waitingIn(settings, QUEUE.name)).resolves.toBe(1);
  });

  it('reports that the outcome is unknown after the deadline, and goes on with another connection', async () => {
    const { hostname, port } = new URL(url);
    const proxy = await startTcpProxy({ host: hostname, port: Number(port) });
    const throughProxy = new URL(url);
    throughProxy.hostname = '127.0.0.1';
    throughProxy.port = String(proxy.port);
    const publisher = createPublisher({ ...settings, url: throughProxy.href });
    try {
      await publisher.connect();
      for (const { toClient } of proxy.connections) toClient.hold();

      await expect(publisher.publish(QUEUE.exchange, messages(1))).rejects.toMatchObject({
        code: 'no-answer',
      });
      expect(publisher.isConnected).toBe(false);

      await publisher.publish(QUEUE.exchange, messages(1));
      await eventually(async () => (await waitingIn(settings, QUEUE.name)) === 2);
    } finally {
      await publisher.close();
      await proxy.close();
    }
  });

  it('says so when RabbitMQ is not there', async () => {
    const publisher = createPublisher({ ...settings, url: 'amqp://127.0.0.1:1' });
    await expect(publisher.publish(QUEUE.exchange, messages(1))).rejects.toMatchObject({
      code: 'connection-lost',
    });
    const other = createPublisher(settings);
    await other.connect();
    await other.close();
  });
});
