import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import amqplib from 'amqplib';
import { freePort } from '../process/ports.js';
import { findRabbitmq } from './find-rabbitmq.js';
import { rabbitmqAnswers } from './rabbitmq-probe.js';
import { startRabbitmq, type RabbitmqServer } from './start-rabbitmq.js';

const QUEUE = 'kept';

const source = await findRabbitmq(undefined);
const missing = 'missing' in source ? ` (${source.missing})` : '';

(missing ? describe.skip : describe)(`the embedded RabbitMQ${missing}`, () => {
  let folder: string;
  let port: number;
  let server: RabbitmqServer | undefined;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'rabbit mq-'));
    port = await freePort();
  });
  afterEach(async () => {
    await server?.stop();
    await rm(folder, { recursive: true });
  });

  async function start(): Promise<RabbitmqServer> {
    const program = 'program' in source ? source.program : '';
    server = await startRabbitmq({
      program,
      dataDir: join(folder, 'data'),
      port,
      logFile: join(folder, 'log'),
      pidFile: join(folder, 'rabbitmq.pid'),
    });
    return server;
  }

  async function onChannel<T>(
    { url }: RabbitmqServer,
    work: (channel: amqplib.ConfirmChannel) => Promise<T>,
  ): Promise<T> {
    const connection = await amqplib.connect(url);
    try {
      return await work(await connection.createConfirmChannel());
    } finally {
      await connection.close();
    }
  }

  const publish = (to: RabbitmqServer, text: string) =>
    onChannel(to, async (channel) => {
      await channel.assertQueue(QUEUE, { durable: true, arguments: { 'x-queue-type': 'quorum' } });
      channel.sendToQueue(QUEUE, Buffer.from(text), { persistent: true });
      await channel.waitForConfirms();
    });

  const take = (from: RabbitmqServer) =>
    onChannel(from, async (channel) => {
      const message = await channel.get(QUEUE, { noAck: true });
      return message && message.content.toString();
    });

  it('keeps queues and messages over a stop in order, also on another port', async () => {
    const first = await start();
    await publish(first, 'over a stop');
    await expect(first.stop()).resolves.toBe('exit code 0');
    await expect(rabbitmqAnswers(port)).resolves.toBe(false);
    port = await freePort();

    await expect(take(await start())).resolves.toBe('over a stop');
  });

  it('keeps what was confirmed when it is killed, and leaves no process behind', async () => {
    // A quorum queue is known on disk half a second after it was made, or after a stop in order.
    const first = await start();
    await publish(first, 'over a stop');
    await first.stop();
    const second = await start();
    await publish(second, 'over a kill');
    second.kill('SIGKILL');
    await second.exited;
    expect(runningIn(folder)).toEqual([]);

    const third = await start();
    await expect(take(third)).resolves.toBe('over a stop');
    await expect(take(third)).resolves.toBe('over a kill');
  });

  it('takes no message of more than a megabyte: its consumers would hold it', async () => {
    const server = await start();
    await publish(server, 'x'.repeat(1_000_000));

    const refused = onChannel(server, async (channel) => {
      const closed = once(channel, 'error');
      channel.sendToQueue(QUEUE, Buffer.alloc(1_100_000));
      return String((await closed)[0]);
    });

    await expect(refused).resolves.toContain('PRECONDITION_FAILED');
  });

  it('listens nowhere but on the loopback interface, and needs no name server', async () => {
    const names = listeners().filter((line) => line.includes('epmd'));
    const { pid } = await start();

    const own = listeners().filter((line) => line.includes(`pid=${pid},`));
    expect(own.map((line) => line.split(/\s+/)[3])).toEqual([`127.0.0.1:${port}`]);
    expect(listeners().filter((line) => line.includes('epmd'))).toEqual(names);
  });
});

function listeners(): string[] {
  return spawnSync('ss', ['-Hltnp'], { encoding: 'utf8' })
    .stdout.split('\n')
    .filter(Boolean)
    .map((line) => line.trim().replaceAll(/\s+/g, ' '));
}

function runningIn(folder: string): string[] {
  const { stdout } = spawnSync('ps', ['-ww', '-eo', 'args='], { encoding: 'utf8' });
  return stdout.split('\n').filter((line) => line.includes(folder));
}
