import {
  createKafka,
  describeDeadLetters,
  findDeadLetterTopics,
  type DeadLetterOverview,
} from '@eventfleet/kafka';
import type { DeadLetterQueueOverview } from '@eventfleet/rabbitmq';
import { pino } from 'pino';
import type { FleetConfig } from '../fleet.config.js';
import { formatAddress } from './address.js';
import { describeQueues } from './dead-letter-queues.js';

export async function listDeadLetters(
  config: FleetConfig,
  { json = false }: { readonly json?: boolean },
): Promise<void> {
  const kafka = createKafka(config.kafka, 'eventfleet-cli', pino({ level: 'silent' }));
  const overviews: DeadLetterOverview[] = [];
  for (const topic of await findDeadLetterTopics(kafka, config.kafka)) {
    overviews.push(await describeDeadLetters(kafka, topic));
  }
  const queues = await describeQueues(config);
  if (json) console.log(JSON.stringify([...overviews.map(toJson), ...queues.map(queueToJson)], null, 2));
  else if (overviews.length + queues.length === 0) console.log('there are no dead letter topics');
  else {
    overviews.forEach(print);
    queues.forEach(printQueue);
  }
}

function printQueue({ queue, waiting, oldest }: DeadLetterQueueOverview): void {
  console.log(`${queue}: ${waiting} waiting for a retry`);
  if (!oldest) return;
  console.log(`  oldest ${queue}/${oldest.messageId ?? '(no message id)'} at ${oldest.error.at}`);
  console.log(`  ${oldest.error.code}: ${oldest.error.message}`);
}

function queueToJson({ queue, waiting, oldest }: DeadLetterQueueOverview) {
  if (!oldest) return { queue, waiting };
  return { queue, waiting, oldest: { address: `${queue}/${oldest.messageId}`, ...oldest.error } };
}

function print({ topic, total, waiting, newest }: DeadLetterOverview): void {
  console.log(`${topic}: ${waiting} waiting for a retry, ${total} in all`);
  if (!newest) return;
  const { address, error } = newest;
  console.log(`  newest ${formatAddress(address)} from ${formatAddress(newest)} at ${error.at}`);
  console.log(`  ${error.code} after ${error.attempts} attempts: ${error.message}`);
}

function toJson({ newest, ...counts }: DeadLetterOverview) {
  if (!newest) return counts;
  const { address, error } = newest;
  return {
    ...counts,
    newest: { address: formatAddress(address), original: formatAddress(newest), ...error },
  };
}
