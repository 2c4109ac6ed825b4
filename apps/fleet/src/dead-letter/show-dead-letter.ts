import { isUtf8 } from 'node:buffer';
import { createKafka, readDeadLetter } from '@eventfleet/kafka';
import { pino } from 'pino';
import type { FleetConfig } from '../fleet.config.js';
import { parseAddress } from './address.js';

/** Of the key and the value it prints the sizes only: they may hold personal data. */
export async function showDeadLetter(
  config: FleetConfig,
  text: string,
  { value: onlyValue = false }: { readonly value?: boolean },
): Promise<void> {
  const address = parseAddress(text);
  if (!address) throw new Error(`${text} is no address: give <topic>/<partition>/<offset>`);
  const kafka = createKafka(config.kafka, 'eventfleet-cli', pino({ level: 'silent' }));
  const { key, value, headers = {} } = await readDeadLetter(kafka, address);
  if (onlyValue) {
    process.stdout.write(value ?? Buffer.alloc(0));
    return;
  }
  console.log(`key: ${sizeOf(key)}`);
  console.log(`value: ${sizeOf(value)}`);
  for (const [name, given] of Object.entries(headers)) {
    for (const each of [given].flat()) console.log(`${name}: ${printable(each)}`);
  }
}

function sizeOf(bytes: Buffer | null): string {
  return bytes === null ? 'null' : `${bytes.length} bytes`;
}

/** Bytes that are no text, or would act on the terminal, are shown as base64. */
function printable(value: Buffer | string | null | undefined): string {
  if (value === null || value === undefined) return 'null';
  const bytes = typeof value === 'string' ? Buffer.from(value) : value;
  const isText = isUtf8(bytes) && !/\p{Cc}/u.test(bytes.toString());
  return isText ? bytes.toString() : `base64 ${bytes.toString('base64')}`;
}
