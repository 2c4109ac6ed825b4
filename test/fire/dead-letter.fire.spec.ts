import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { kafkaSettings, kafkaVariables, loadConfig } from '@eventfleet/config';
import {
  createKafka,
  createPublisher,
  deadLettered,
  endOffsets,
  ensureTopics,
  fleetTopics,
  readLogTail,
} from '@eventfleet/kafka';
import { KafkaBatchStrategy } from '@eventfleet/kafka/nest';
import { eventually, inheritedEnvironment, testServers, uniquePrefix } from '@eventfleet/testing';
import { pino } from 'pino';
import { z } from 'zod';

const CLI = fileURLToPath(new URL('../../apps/fleet/dist/main.js', import.meta.url));
const run = promisify(execFile);
const logger = pino({ level: 'silent' });
const GROUP = 'test-commands';
const BINARY = Buffer.from([0, 255, 254, 10]);

describe('fleet dead-letter', () => {
  const env = {
    KAFKA_BROKERS: testServers().kafkaBrokers,
    KAFKA_REPLICATION_FACTOR: '1',
    KAFKA_TOPIC_PREFIX: uniquePrefix('dead-letter-cli'),
    USER_EVENTS_PARTITIONS: '1',
  };
  const settings = kafkaSettings(loadConfig(z.object(kafkaVariables), env));
  const kafka = createKafka(settings, 'test', logger);
  const source = `${env.KAFKA_TOPIC_PREFIX}user-events`;
  const target = `${env.KAFKA_TOPIC_PREFIX}${GROUP}.dead-letter`;
  const handled: string[] = [];
  let isBroken = true;
  let strategy: KafkaBatchStrategy;

  beforeAll(async () => {
    await ensureTopics(kafka, fleetTopics(settings, [GROUP]), settings);
    strategy = new KafkaBatchStrategy({ kafka, settings, logger, onFatal: () => undefined });
    const handler = deadLettered(
      async ({ value }) => {
        if (isBroken) throw new TypeError('a bug with personal data');
        handled.push(String(value));
      },
      { kafka, settings, group: GROUP, logger, maxAttempts: 1 },
    );
    const extras = { topic: 'user-events', group: GROUP };
    strategy.addHandler(extras, handler, true, extras);
    strategy.listen(() => undefined);
  });
  afterAll(() => strategy.close());

  async function fleet(...args: string[]) {
    const options = { env: { ...inheritedEnvironment(), ...env }, encoding: 'buffer' as const };
    try {
      const { stdout } = await run(process.execPath, [CLI, 'dead-letter', ...args], options);
      return { code: 0, output: stdout };
    } catch (error) {
      const { code, stderr } = error as { code: number; stderr: Buffer };
      return { code, output: stderr };
    }
  }

  async function listed() {
    return (JSON.parse(String((await fleet('list', '--json')).output)) as Record<string, unknown>[])[0];
  }

  /** Waits without the command line, each call of which is a process. */
  async function deadLetters(count: number): Promise<void> {
    const end = async () => (await endOffsets(kafka, target)).get(0)?.end;
    await eventually(async () => (await end()) === BigInt(count), { describe: `${count} dead letters` });
  }

  async function send(...values: string[]): Promise<void> {
    const publisher = createPublisher(kafka);
    const record = { partition: 0, key: 'key', headers: { twice: [BINARY, Buffer.from('b')] } };
    await publisher.publish(
      source,
      values.map((value) => ({ ...record, value })),
    );
    await publisher.disconnect();
  }

  it('lists, shows and retries, and what is fixed is handled once', async () => {
    await send('one', 'two', 'three');
    await deadLetters(3);
    expect(await listed()).toMatchObject({
      waiting: 3,
      topic: target,
      group: `${env.KAFKA_TOPIC_PREFIX}${GROUP}`,
      total: 3,
      newest: { address: `${target}/0/2`, original: `${source}/0/2`, code: 'TypeError', attempts: 1 },
    });
    const text = String((await fleet('list')).output);
    expect(text).toContain(`${target}: 3 waiting for a retry, 3 in all`);
    expect(text).not.toContain('personal');

    const shown = String((await fleet('show', `${target}/0/1`)).output);
    expect(shown).toContain('value: 3 bytes\n');
    expect(shown).toContain('twice: base64 AP/+Cg==\ntwice: b\n');
    expect(shown).toContain('x-original-offset: 1\n');
    expect(shown).not.toContain('two');
    expect((await fleet('show', `${target}/0/1`, '--value')).output).toEqual(Buffer.from('two'));

    isBroken = false;
    expect((await fleet('retry', `${target}/0/1`)).code).toBe(0);
    await eventually(() => handled.includes('two'));
    const all = await fleet('retry', target);
    expect(String(all.output)).toBe(`${target}: 2 published again\n`);
    await eventually(() => handled.length === 3);
    expect(handled).toEqual(['two', 'one', 'three']);

    const records = (await readLogTail(kafka, source, new Map([[0, 0n]]))).get(0) ?? [];
    const bare = records.map(({ key, value, headers }) => ({ key, value, headers }));
    expect(bare.slice(3)).toEqual([bare[1], bare[0], bare[2]]);
  });

  it('retries of every topic, and leaves what fails again for the next time', async () => {
    isBroken = true;
    await send('four');
    await deadLetters(4);
    expect(await listed()).toMatchObject({ waiting: 1 });

    expect((await fleet('retry', '--all')).code).toBe(0);
    await deadLetters(5);

    expect(await listed()).toMatchObject({ waiting: 1, total: 5 });
    isBroken = false;
    expect((await fleet('retry', '--all')).code).toBe(0);
    await eventually(() => handled.includes('four'));
  });

  it.each([
    [['retry', target], 'nothing waits for a retry'],
    [['retry', '--all'], 'nothing waits for a retry'],
    [['retry', `${target}/0/99`], 'there is nothing at'],
    [['retry', source], 'there is no dead letter topic'],
    [['retry'], 'give a topic'],
    [['retry', target, '--all'], 'give a topic'],
    [['show', `${target}/0/99`], 'there is nothing at'],
    [['show', target], 'is no address'],
  ])('refuses %j with its reason, and exits with 1', async (args, reason) => {
    const { code, output } = await fleet(...args);

    expect(String(output)).toContain(reason);
    expect(code).toBe(1);
  });
});
