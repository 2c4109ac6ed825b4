import { pino } from 'pino';
import { kafkaSettings, kafkaVariables, loadConfig, type KafkaSettings } from '@eventfleet/config';
import { fromCloudEvent, type RecordedEvent } from '@eventfleet/contracts';
import { createKafka, endOffsets, readLogTail } from '@eventfleet/kafka';
import { z } from 'zod';

export function kafkaSettingsOf(env: Readonly<Record<string, string>>): KafkaSettings {
  return kafkaSettings(loadConfig(z.object(kafkaVariables), env));
}

export function kafkaOf(env: Readonly<Record<string, string>>) {
  return createKafka(kafkaSettingsOf(env), 'test', pino({ level: 'silent' }));
}

/** Every event of a fleet's `user-events`, partition by partition, in the order of the log. */
export async function readUserEvents(env: Readonly<Record<string, string>>): Promise<RecordedEvent[]> {
  const kafka = kafkaOf(env);
  const topic = `${env.KAFKA_TOPIC_PREFIX ?? ''}user-events`;
  const starts = new Map(
    [...(await endOffsets(kafka, topic))].map(([partition, { start }]) => [partition, start]),
  );
  return [...(await readLogTail(kafka, topic, starts)).values()]
    .flat()
    .map((record) => fromCloudEvent(record));
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
