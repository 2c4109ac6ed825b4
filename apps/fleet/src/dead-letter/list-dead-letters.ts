import {
  createKafka,
  describeDeadLetters,
  findDeadLetterTopics,
  type DeadLetterOverview,
} from '@eventfleet/kafka';
import { pino } from 'pino';
import type { FleetConfig } from '../fleet.config.js';
import { formatAddress } from './address.js';

export async function listDeadLetters(
  config: FleetConfig,
  { json = false }: { readonly json?: boolean },
): Promise<void> {
  const kafka = createKafka(config.kafka, 'eventfleet-cli', pino({ level: 'silent' }));
  const overviews: DeadLetterOverview[] = [];
  for (const topic of await findDeadLetterTopics(kafka, config.kafka)) {
    overviews.push(await describeDeadLetters(kafka, topic));
  }
  if (json) console.log(JSON.stringify(overviews.map(toJson), null, 2));
  else if (overviews.length === 0) console.log('there are no dead letter topics');
  else overviews.forEach(print);
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
