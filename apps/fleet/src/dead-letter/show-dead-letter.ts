import { isUtf8 } from 'node:buffer';
import { createKafka, readDeadLetter } from '@eventfleet/kafka';
import { pino } from 'pino';
import type { FleetConfig } from '../fleet.config.js';
import { parseAddress } from './address.js';
import { parseQueueTarget, readFromQueue } from './dead-letter-queues.js';

/** Of the key and the value it prints the sizes only: they may hold personal data. */
export async function showDeadLetter(
  config: FleetConfig,
  text: string,
  { value: onlyValue = false }: { readonly value?: boolean },
): Promise<void> {
  const { key, value, headers = {} } = await read(config, text);
  if (onlyValue) {
    process.stdout.write(value ?? Buffer.alloc(0));
    return;
  }
  if (key !== undefined) console.log(`key: ${sizeOf(key)}`);
  console.log(`value: ${sizeOf(value)}`);
  for (const [name, given] of Object.entries(headers)) {
    for (const each of [given].flat()) console.log(`${name}: ${printable(each)}`);
  }
}

/** From a topic, or from a queue, where a message has no key. */
async function read(config: FleetConfig, text: string): Promise<Shown> {
  const inQueue = parseQueueTarget(config, text);
  if (inQueue?.messageId) {
    const { content, headers } = await readFromQueue(config, inQueue);
    return { value: content, headers };
  }
  const address = parseAddress(text);
  if (!address) {
    throw new Error(`${text} is no address: give <topic>/<partition>/<offset> or <queue>/<message id>`);
  }
  return readDeadLetter(createKafka(config.kafka, 'eventfleet-cli', pino({ level: 'silent' })), address);
}

interface Shown {
  readonly key?: Buffer | null;
  readonly value: Buffer | null;
  readonly headers?: Readonly<Record<string, unknown>> | undefined;
}

function sizeOf(bytes: Buffer | null): string {
  return bytes === null ? 'null' : `${bytes.length} bytes`;
}

/** Bytes that are no text, or would act on the terminal, are shown as base64. */
function printable(value: unknown): string {
  if (value === null || value === undefined) return 'null';
  const bytes = Buffer.isBuffer(value) ? value : Buffer.from(textOf(value));
  const isText = isUtf8(bytes) && !/\p{Cc}/u.test(bytes.toString());
  return isText ? bytes.toString() : `base64 ${bytes.toString('base64')}`;
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
