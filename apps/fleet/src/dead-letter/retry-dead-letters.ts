import {
  createKafka,
  findDeadLetterTopics,
  retryDeadLetter,
  retryDeadLetters,
  type HeadersFor,
  type Kafka,
} from '@eventfleet/kafka';
import { commandHeaders } from '@eventfleet/operators';
import { pino } from 'pino';
import type { FleetConfig } from '../fleet.config.js';
import { parseAddress } from './address.js';
import { describeQueues, parseQueueTarget, retryFromQueue } from './dead-letter-queues.js';

/** @throws Error when there was nothing to retry, so that the exit code is 1 */
export async function retry(
  config: FleetConfig,
  target: string | undefined,
  { all = false }: { readonly all?: boolean },
): Promise<void> {
  if (all === (target !== undefined))
    throw new Error(
      'give a topic, a queue, an address <topic>/<partition>/<offset> or <queue>/<message id>, or --all',
    );
  const inQueue = target === undefined ? undefined : parseQueueTarget(config, target);
  if (target !== undefined && inQueue) {
    const retried = await retryFromQueue(config, inQueue);
    if (retried === 0) throw new Error(`nothing waits for a retry in ${target}`);
    console.log(`${target}: ${retried} published again`);
    return;
  }
  const kafka = createKafka(config.kafka, 'eventfleet-cli', pino({ level: 'silent' }));
  const headersFor = commandHeaders(config);
  const known = await findDeadLetterTopics(kafka, config.kafka);
  const address = target === undefined ? undefined : parseAddress(target);
  const topic = address?.topic ?? target;
  if (topic !== undefined && !known.includes(topic))
    throw new Error(`there is no dead letter topic ${topic}`);
  if (address) {
    await retryDeadLetter(kafka, address, headersFor);
    console.log(`${target}: published again`);
    return;
  }
  const found = all ? await retryQueues(config) : 0;
  await retryTopics(kafka, topic === undefined ? known : [topic], found, headersFor);
}

async function retryQueues(config: FleetConfig): Promise<number> {
  let found = 0;
  for (const { queue } of await describeQueues(config)) {
    const inQueue = parseQueueTarget(config, queue);
    const retried = inQueue ? await retryFromQueue(config, inQueue) : 0;
    found += retried;
    if (retried > 0) console.log(`${queue}: ${retried} published again`);
  }
  return found;
}

async function retryTopics(
  kafka: Kafka,
  topics: readonly string[],
  before: number,
  headersFor: HeadersFor,
): Promise<void> {
  let found = before;
  for (const topic of topics) {
    const { retried, foreign, withoutBytes } = await retryDeadLetters(kafka, topic, headersFor);
    found += retried + foreign + withoutBytes;
    if (retried > 0) console.log(`${topic}: ${retried} published again`);
    if (foreign > 0) console.log(`${topic}: ${foreign} passed over, they do not say where they came from`);
    if (withoutBytes > 0)
      console.log(`${topic}: ${withoutBytes} passed over, they were kept without their bytes`);
  }
  if (found === 0)
    throw new Error(`nothing waits for a retry${topics.map((topic) => ` in ${topic}`).join()}`);
}
