import { execFile } from 'node:child_process';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { KafkaSettings } from '@eventfleet/config';
import {
  SIGNATURE_HEADER,
  signRecord,
  toCloudEvent,
  type RecordedEvent,
  type SigningKey,
} from '@eventfleet/contracts';
import { TAIL_START, type EventStore } from '@eventfleet/event-store';
import { partitionOf, type Kafka, type Publisher } from '@eventfleet/kafka';
import { KafkaBatchStrategy } from '@eventfleet/kafka/nest';
import { createPool } from '@eventfleet/postgres';
import { ProjectionRuntime, RecordVerifier, type IsAuthentic } from '@eventfleet/projections';
import { readModels } from '@eventfleet/read-models';
import { inheritedEnvironment } from '@eventfleet/testing';
import { pino } from 'pino';

/** What stands for the apps of a fleet in the tests of rebuilds. */

const CLI = fileURLToPath(new URL('../../dist/main.js', import.meta.url));
const logger = pino({ level: 'silent' });

export interface Ended {
  readonly code: number | null;
  readonly signal: string | null;
  /** Of standard output and standard error. */
  readonly output: string;
}

/** Runs `fleet projection …` as a process of its own. */
export function runCli(args: readonly string[], env: Readonly<Record<string, string>>): Promise<Ended> {
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      [CLI, 'projection', ...args],
      { env: { ...inheritedEnvironment(), ...env } },
      (error, stdout, stderr) =>
        resolve({
          code: error ? Number(error.code ?? 1) : 0,
          signal: error?.signal ?? null,
          output: stdout + stderr,
        }),
    );
  });
}

export interface Target {
  readonly publisher: Publisher;
  readonly topic: string;
  readonly partitions: number;
  /** Without one, records are not signed. */
  readonly signingKey?: SigningKey;
}

export async function publishTo(
  { publisher, topic, partitions, signingKey }: Target,
  events: readonly RecordedEvent[],
): Promise<void> {
  const records = events.map((event) => {
    const record = toCloudEvent(event);
    const signature = signingKey && { [SIGNATURE_HEADER]: signRecord(record, signingKey) };
    const headers = { ...record.headers, ...signature };
    return { ...record, headers, partition: partitionOf(record.key, partitions) };
  });
  await publisher.publish(topic, records);
}

/** Publishes in the tail's order, some of it twice, as a relay does after a crash. */
export function startRelay(source: EventStore, target: Target) {
  const stopping = new AbortController();
  let isOn = true;
  let position = TAIL_START;
  let sent = 0;
  const run = async () => {
    while (!stopping.signal.aborted) {
      const tail = isOn ? await source.readTail(position, 1_000) : [];
      if (tail.length === 0) await delay(10, undefined, { signal: stopping.signal }).catch(() => undefined);
      else {
        const events = tail.map(({ event }) => event);
        await publishTo(target, [...events, ...events.slice(0, 3)]);
        position = tail.at(-1)!.position;
        sent += tail.length;
      }
    }
  };
  const running = run();
  return {
    sent: () => sent,
    publish(on: boolean) {
      isOn = on;
    },
    async stop() {
      stopping.abort();
      await running;
    },
  };
}

/** Every read model, as the projector keeps it. */
export function startProjector(
  source: EventStore,
  kafka: Kafka,
  settings: KafkaSettings,
  url: string,
  isAuthentic: IsAuthentic,
) {
  const pool = createPool({
    url,
    applicationName: 'test projector',
    max: 8,
    pipeline: true,
    synchronousCommit: false,
  });
  const verifier = new RecordVerifier({
    sourceOf: () => source,
    setAside: async () => undefined,
    isAuthentic,
    logger,
  });
  const runtime = new ProjectionRuntime(pool, logger, { maxAttempts: 2, verifier });
  const strategy = new KafkaBatchStrategy({ kafka, settings, logger, onFatal: () => undefined });
  for (const projection of readModels) {
    const extras = { topic: projection.topic, group: projection.name };
    strategy.addHandler(extras, (batch) => runtime.apply(projection, batch), true, extras);
  }
  strategy.listen(() => undefined);
  return {
    async close() {
      await strategy.close();
      await pool.end();
    },
  };
}
