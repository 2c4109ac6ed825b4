import { armFailpoint, disarmFailpoints } from '@eventfleet/resilience';
import { describeWithRabbitmq, eventually } from '@eventfleet/testing';
import { startTcpProxy, type TcpProxy } from '../../../../test/support/tcp-proxy.ts';
import {
  onChannel,
  publish,
  QUEUE,
  removeTopology,
  startConsumer,
  testSettings,
  waitingIn,
  type TestConsumer,
} from '../rabbitmq.fixture.js';
import { RabbitmqError } from '../rabbitmq.errors.js';
import { pino } from 'pino';
import { ack, deadLetter, retry } from './message-disposition.js';
import type { QueueHandler, QueueMessage } from './queue-message.js';

describeWithRabbitmq('the consumer of a queue', (url) => {
  let settings: ReturnType<typeof testSettings>;
  let consumers: TestConsumer[];
  let handled: QueueMessage[];

  beforeEach(() => {
    settings = testSettings(url);
    consumers = [];
    handled = [];
  });
  afterEach(async () => {
    await Promise.all(consumers.map((consumer) => consumer.close()));
    await removeTopology(settings);
  });

  async function start(handle: QueueHandler, options: Parameters<typeof startConsumer>[2] = {}) {
    const remember: QueueHandler = (message) => {
      handled.push(message);
      return handle(message);
    };
    const consumer = await startConsumer({ ...settings, ...options.settings }, remember, options);
    consumers.push(consumer);
    await eventually(() => {
      consumer.strategy.assertReady();
      return true;
    });
    return consumer;
  }

  const ids = () => handled.map(({ messageId }) => messageId);

  it('handles as many messages at the same time as it may, and acknowledges each once it is done', async () => {
    const { promise: done, resolve: finish } = Promise.withResolvers<void>();
    await start(() => done.then(() => ack), { prefetch: 3 });
    const sent = await publish(settings, 5);
    await eventually(() => handled.length === 3);

    finish();

    await eventually(() => handled.length === 5);
    expect(handled).toHaveLength(sent.length);
    expect(new Set(ids())).toEqual(new Set(sent));
    await eventually(async () => (await waitingIn(settings, QUEUE.name)) === 0);
    expect(handled[0]).toMatchObject({ attempts: 0, isRedelivered: false, contentType: 'application/json' });
    expect(handled[0]?.headers).toEqual({ 'cloudEvents:type': 'user.created' });
  });

  it('delivers a message again after the tier in turn, counted, or after the one that is asked for', async () => {
    const at: number[] = [];
    await start(async ({ attempts }) => {
      at.push(performance.now());
      return attempts === 3 ? ack : retry(attempts === 2 ? QUEUE.retryTiers[0] : undefined);
    });
    const [id] = await publish(settings, 1);

    await eventually(() => handled.length === 4);

    expect(handled.map(({ attempts }) => attempts)).toEqual([0, 1, 2, 3]);
    expect(new Set(ids())).toEqual(new Set([id]));
    const pauses = at.slice(1).map((time, index) => time - at[index]!);
    expect(pauses[0]).toBeGreaterThan(45);
    expect(pauses[1]).toBeGreaterThan(295);
    expect(pauses[2]).toBeGreaterThan(45);
  });

  it('delivers twice, and loses never, what dies between the retry and its acknowledgement', async () => {
    armFailpoint('between retry and ack', () => {
      throw new Error('died');
    });
    await start(async ({ attempts }) => (attempts === 0 ? retry() : ack));
    await publish(settings, 1);

    await eventually(() => handled.length === 4).finally(disarmFailpoints);

    expect(handled.map(({ attempts }) => attempts).toSorted((a, b) => a - b)).toEqual([0, 0, 1, 1]);
    expect(new Set(ids()).size).toBe(1);
  });

  it('puts with the dead letters what its handler refuses, with the reason', async () => {
    await start(async () => deadLetter('malformed-message', 'missing or wrong attributes: ce_id'));
    const [id] = await publish(settings, 1);

    await eventually(async () => (await waitingIn(settings, QUEUE.deadLetterQueue)) === 1);

    expect(handled).toHaveLength(1);
    const letter = await onChannel(settings, (channel) =>
      channel.get(settings.prefix + QUEUE.deadLetterQueue, { noAck: true }),
    );
    expect(letter).toMatchObject({
      properties: {
        messageId: id,
        headers: { 'x-error-code': 'malformed-message', 'cloudEvents:type': 'user.created' },
      },
    });
  });

  it('tries a handler that throws a few times, and then no more, without its words', async () => {
    await start(() => Promise.reject(new Error('no such user: Ada')), { maxAttempts: 2 });
    await publish(settings, 1);

    await eventually(async () => (await waitingIn(settings, QUEUE.deadLetterQueue)) === 1);

    expect(handled.map(({ attempts }) => attempts)).toEqual([0, 1]);
    const letter = await onChannel(settings, (channel) =>
      channel.get(settings.prefix + QUEUE.deadLetterQueue, { noAck: true }),
    );
    expect(JSON.stringify(letter && letter.properties.headers)).not.toContain('Ada');
  });

  it('goes on trying where waiting can help', async () => {
    const away = new RabbitmqError('no-answer', 'away');
    await start(({ attempts }) => (attempts < 3 ? Promise.reject(away) : Promise.resolve(ack)), {
      maxAttempts: 2,
    });
    await publish(settings, 1);

    await eventually(() => handled.length === 4);

    await expect(waitingIn(settings, QUEUE.deadLetterQueue)).resolves.toBe(0);
  });

  it('stops cleanly: what is being handled is finished, the rest is left, nothing is lost or doubled', async () => {
    const slowly: QueueHandler = () => new Promise((resolve) => setTimeout(resolve, 5, ack));
    const warnings: string[] = [];
    const logger = pino({ level: 'warn' }, { write: (line) => void warnings.push(line) });
    const first = await start(slowly, { prefetch: 8, logger });
    const sent = await publish(settings, 400);
    await eventually(() => handled.length > 40);

    await first.close();

    expect(warnings).toEqual([]);
    const before = handled.length;
    expect(before).toBeLessThan(sent.length);
    await eventually(async () => (await waitingIn(settings, QUEUE.name)) === sent.length - before);
    await start(slowly, { prefetch: 8 });
    await eventually(() => handled.length >= sent.length);
    expect(handled).toHaveLength(sent.length);
    expect(new Set(ids())).toEqual(new Set(sent));
  });

  it('has acknowledged what it finished during the close', async () => {
    const { promise: done, resolve: finish } = Promise.withResolvers<void>();
    const consumer = await start(() => done.then(() => ack), { prefetch: 3 });
    await publish(settings, 5);
    await eventually(() => handled.length === 3);

    const closed = consumer.close();
    finish();
    await closed;

    await eventually(async () => (await waitingIn(settings, QUEUE.name)) === 2);
  });

  it('leaves to its next life what is not handled in time', async () => {
    const first = await start(() => new Promise(() => undefined), { closeTimeoutMs: 100 });
    const [id] = await publish(settings, 1);
    await eventually(() => handled.length === 1);

    await first.close();
    await start(async () => ack);

    await eventually(() => handled.length === 2);
    expect(handled[1]).toMatchObject({ messageId: id, isRedelivered: true, attempts: 0 });
  });

  it('makes its queue anew when somebody deletes it', async () => {
    await start(async () => ack);
    await onChannel(settings, (channel) => channel.deleteQueue(settings.prefix + QUEUE.name));

    await eventually(async () => (await waitingIn(settings, QUEUE.name)) === 0);

    const [id] = await publish(settings, 1);
    await eventually(() => ids().includes(id));
  });

  describe('behind a connection that dies silently', () => {
    let proxy: TcpProxy;

    beforeEach(async () => {
      const { hostname, port } = new URL(url);
      proxy = await startTcpProxy({ host: hostname, port: Number(port) });
    });
    afterEach(() => proxy.close());

    it('notices, connects anew, and gets again what it could not acknowledge', async () => {
      const throughProxy = new URL(url);
      throughProxy.hostname = '127.0.0.1';
      throughProxy.port = String(proxy.port);
      throughProxy.searchParams.set('heartbeat', '1');
      const { promise: frozen, resolve: freeze } = Promise.withResolvers<void>();
      const consumer = await start(
        ({ isRedelivered }) => (isRedelivered ? Promise.resolve(ack) : frozen.then(() => ack)),
        {
          settings: { ...settings, url: throughProxy.href },
        },
      );
      const [id] = await publish(settings, 1);
      await eventually(() => handled.length === 1);

      for (const { toServer, toClient } of proxy.connections) {
        toServer.hold();
        toClient.hold();
      }
      freeze();

      await eventually(() => handled.length === 2, { deadlineMs: 20_000 });
      expect(handled[1]).toMatchObject({ messageId: id, isRedelivered: true });
      await eventually(async () => (await waitingIn(settings, QUEUE.name)) === 0);
      const closing = performance.now();
      for (const { toServer, toClient } of proxy.connections) {
        toServer.hold();
        toClient.hold();
      }
      await consumer.close();
      expect(performance.now() - closing).toBeLessThan(15_000);
    });
  });
});
