import { pino } from 'pino';
import { kafkaSettings, kafkaVariables, loadConfig, type KafkaSettings } from '@eventfleet/config';
import { fromCloudEvent, type RecordedEvent } from '@eventfleet/contracts';
import { createKafka, endOffsets, readLogTail, type KafkaRecord } from '@eventfleet/kafka';
import { z } from 'zod';
import { expectDescribedRecord } from './description/described-messages.js';

export function kafkaSettingsOf(env: Readonly<Record<string, string>>): KafkaSettings {
  return kafkaSettings(loadConfig(z.object(kafkaVariables), env));
}

export function kafkaOf(env: Readonly<Record<string, string>>) {
  return createKafka(kafkaSettingsOf(env), 'test', pino({ level: 'silent' }));
}

/**
 * Every record of a fleet's topic, partition by partition, in the order of the log.
 * @throws Error for one that is not as the AsyncAPI document says
 */
export async function readRecords(
  env: Readonly<Record<string, string>>,
  topic: string,
): Promise<KafkaRecord[]> {
  const kafka = kafkaOf(env);
  const name = `${env.KAFKA_TOPIC_PREFIX ?? ''}${topic}`;
  const starts = new Map(
    [...(await endOffsets(kafka, name))].map(([partition, { start }]) => [partition, start]),
  );
  const records = [...(await readLogTail(kafka, name, starts)).values()].flat();
  for (const record of records) expectDescribedRecord(topic, record);
  return records;
}

/** Every event of a fleet's `user-events`, partition by partition, in the order of the log. */
export async function readUserEvents(env: Readonly<Record<string, string>>): Promise<RecordedEvent[]> {
  return (await readRecords(env, 'user-events')).map((record) => fromCloudEvent(record));
}

/** Throws unless events first appear in version order per aggregate; returns how many are repeats. */
export function countRepeatsInOrder(events: readonly RecordedEvent[]): number {
  const last = new Map<string, number>();
  let repeats = 0;
  for (const { aggregateId, version } of events) {
    const expected = (last.get(aggregateId) ?? 0) + 1;
    if (version > expected) throw new Error(`${aggregateId} goes from version ${expected - 1} to ${version}`);
    if (version < expected) repeats++;
    else last.set(aggregateId, version);
  }
  return repeats;
}
