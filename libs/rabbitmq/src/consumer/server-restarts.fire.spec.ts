import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findRabbitmq, freePort, startRabbitmq, type RabbitmqServer } from '@eventfleet/embedded';
import { eventually } from '@eventfleet/testing';
import { createPublisher, messages, QUEUE, startConsumer, type TestConsumer } from '../rabbitmq.fixture.js';
import type { RabbitmqPublisher } from '../publisher.js';
import { ack, retry } from './message-disposition.js';

const source = await findRabbitmq(undefined);
const missing = 'missing' in source ? ` (${source.missing})` : '';

(missing ? describe.skip : describe)(`consumer and publisher of a RabbitMQ that restarts${missing}`, () => {
  let folder: string;
  let port: number;
  let server: RabbitmqServer;
  let consumer: TestConsumer;
  let publisher: RabbitmqPublisher;
  const handled = new Map<string, number>();

  const start = async () =>
    (server = await startRabbitmq({
      program: 'program' in source ? source.program : '',
      dataDir: join(folder, 'data'),
      port,
      logFile: join(folder, 'log'),
      pidFile: join(folder, 'rabbitmq.pid'),
    }));

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'rabbitmq-'));
    port = await freePort();
    await start();
    const settings = { url: server.url, prefix: '' };
    consumer = await startConsumer(settings, async ({ messageId, attempts, content }) => {
      if (attempts === 0 && Number(content) % 10 === 0) return retry();
      handled.set(messageId!, (handled.get(messageId!) ?? 0) + 1);
      return ack;
    });
    publisher = createPublisher(settings);
  });
  afterAll(async () => {
    await consumer.close();
    await publisher.close();
    await server.stop();
    await rm(folder, { recursive: true });
  });

  it.each(['SIGTERM', 'SIGKILL'] as const)(
    'lose nothing over %s, and come back by themselves',
    async (signal) => {
      const sent: string[] = [];
      let isOver = false;
      const publishing = (async () => {
        while (!isOver) {
          const batch = messages(20);
          // An unknown outcome: sent again, as the relay does.
          await eventually(() => publisher.publish(QUEUE.exchange, batch).then(() => true), {
            deadlineMs: 60_000,
          });
          sent.push(...batch.map(({ messageId }) => messageId!));
        }
      })();
      await eventually(() => sent.length > 200);
      server.kill(signal);
      await server.exited;
      await start();
      const before = sent.length;
      await eventually(() => sent.length > before + 200, { deadlineMs: 30_000 });
      isOver = true;
      await publishing;

      await eventually(() => sent.every((id) => handled.has(id)), { deadlineMs: 30_000 });
    },
  );
});
