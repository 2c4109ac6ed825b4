import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { userEvents } from '@eventfleet/contracts';
import {
  createKafka,
  createPublisher,
  endOffsets,
  ensureTopics,
  fleetTopics,
  readLogTail,
  type Kafka,
} from '@eventfleet/kafka';
import { eventually } from '@eventfleet/testing';
import { pino } from 'pino';
import type { ServerProcess } from '../process/server-process.js';
import { javaMissing } from './java-runtime.js';
import { mavenMissing } from './kafka-jars.js';
import { planKafkaCluster, type KafkaCluster } from './plan-kafka-cluster.js';

const cacheDir = fileURLToPath(new URL('../../../../.eventfleet/cache', import.meta.url));
const missing = (await javaMissing()) ?? (await mavenMissing());
const PARTITIONS = 12;
const { topic } = userEvents;

(missing ? describe.skip : describe)(`a Kafka of three brokers${missing ? ` (${missing})` : ''}`, () => {
  let folder: string;
  let cluster: KafkaCluster;
  let kafka: Kafka;
  const servers = new Map<number, ServerProcess>();

  const start = async (id: number) => {
    servers.set(id, await cluster.nodes[id - 1]!.start());
  };
  const kill = async (id: number) => {
    const server = servers.get(id)!;
    server.kill('SIGKILL');
    await server.exited;
  };

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'kafka-cluster-'));
    cluster = await planKafkaCluster({ brokers: 3, dataDir: folder, cacheDir });
    await Promise.all(cluster.nodes.map(({ id }) => start(id)));
    const settings = {
      brokers: cluster.brokers.split(','),
      ssl: false,
      replicationFactor: 3,
      topicPrefix: '',
      partitions: PARTITIONS,
      sessionTimeoutMs: 10_000,
    };
    kafka = createKafka(settings, 'cluster-test', pino({ level: 'silent' }));
    await ensureTopics(kafka, fleetTopics(settings), settings);
  });
  afterAll(async () => {
    await Promise.all([...servers.values()].map((server) => server.stop()));
    await rm(folder, { recursive: true });
  });

  it('loses nothing that it acknowledged while its leaders are killed in turn, and goes on without any one', async () => {
    const writer = startWriter(kafka);
    await eventually(() => writer.acknowledged.size > 0);
    for (const { id } of cluster.nodes) {
      await kill(id);
      const before = writer.acknowledged.size;
      await eventually(() => writer.acknowledged.size > before + 20 * PARTITIONS, {
        describe: `writing to every partition without broker ${id}`,
      });
      await start(id);
    }
    await writer.stop();

    const written = await eventually(() => readValues(kafka));
    expect([...writer.acknowledged].filter((value) => !written.has(value))).toEqual([]);
  }, 240_000);

  it('takes nothing that only one broker would have', async () => {
    await eventually(() => publish(kafka, 'by all'));
    await Promise.all([kill(1), kill(2)]);
    await expect(publish(kafka, 'by one')).rejects.toThrow();
    await Promise.all([start(1), start(2)]);
    await eventually(() => publish(kafka, 'by all again'));
  });
});

/** Writes to every partition again and again, and keeps what was acknowledged. */
function startWriter(kafka: Kafka) {
  const acknowledged = new Set<string>();
  const publisher = createPublisher(kafka);
  let running = true;
  const write = async () => {
    for (let round = 0; running; round++) {
      const messages = recordsOf(String(round));
      const isWritten = await publisher.publish(topic, messages).then(
        () => true,
        () => false,
      );
      if (!isWritten) await delay(100);
      else for (const { partition, value } of messages) acknowledged.add(`${partition}/${value}`);
    }
  };
  const writing = write();
  return {
    acknowledged,
    async stop() {
      running = false;
      await writing;
      await publisher.disconnect();
    },
  };
}

function recordsOf(value: string) {
  return Array.from({ length: PARTITIONS }, (_, partition) => ({
    partition,
    key: value,
    value,
    headers: {},
  }));
}

async function publish(kafka: Kafka, value: string): Promise<true> {
  const publisher = createPublisher(kafka);
  try {
    await publisher.publish(topic, recordsOf(value));
    return true;
  } finally {
    await publisher.disconnect();
  }
}

async function readValues(kafka: Kafka): Promise<Set<string>> {
  const ends = await endOffsets(kafka, topic);
  const log = await readLogTail(kafka, topic, new Map([...ends.keys()].map((partition) => [partition, 0n])));
  return new Set(
    [...log].flatMap(([partition, records]) =>
      records.map(({ value }) => `${partition}/${value?.toString('utf8')}`),
    ),
  );
}
