import { readDescription } from './described-apis.js';
import { SchemaChecker } from './schema-checker.js';

interface Reference {
  readonly $ref: string;
}

interface MessageDocument {
  readonly channels: Readonly<Record<string, { readonly messages: Readonly<Record<string, Reference>> }>>;
  readonly components: { readonly messages: Readonly<Record<string, object>> };
}

/** A message as it is compared: header values as texts. */
export interface SeenMessage {
  readonly headers: Readonly<Record<string, unknown>>;
  /** Undefined: it may be anything. */
  readonly value?: string | undefined;
}

let opened: { readonly document: MessageDocument; readonly schemas: SchemaChecker } | undefined;

function open() {
  const document = readDescription('asyncapi.yaml') as MessageDocument;
  return { document, schemas: new SchemaChecker(document) };
}

/**
 * Compares a record with what the AsyncAPI document says of its topic.
 * @param topic without prefix
 * @throws Error that lists every difference
 */
export function expectDescribedRecord(
  topic: string,
  record: {
    readonly key: Buffer | string | null;
    readonly value: Buffer | string | null;
    readonly headers?: Readonly<Record<string, unknown>> | undefined;
  },
): void {
  const headers = Object.fromEntries(
    Object.entries(record.headers ?? {}).map(([name, value]) => [name, String(value)]),
  );
  // Its value, and the rest of its headers, are those of any record.
  if (topic.endsWith('.dead-letter')) return expectDescribed(topic, 'dead-letter', { headers });
  expectDescribed(topic, String(headers['ce_type']), { headers, value: String(record.value) });
  if (String(record.key) !== headers['ce_subject']) throw new Error(`the key on ${topic} is not the subject`);
}

/**
 * The same for a message of an exchange, or of a queue that is bound to it. What the broker has added is left out.
 * @param exchange without prefix
 */
export function expectDescribedAmqpMessage(exchange: string, { headers: all, value }: SeenMessage): void {
  const headers = Object.fromEntries(Object.entries(all).filter(([name]) => !name.startsWith('x-')));
  expectDescribed(`amqp.${exchange}`, `amqp.${String(headers['cloudEvents:type'])}`, { headers, value });
}

function expectDescribed(channel: string, name: string, { headers, value }: SeenMessage): void {
  const { document, schemas } = (opened ??= open());
  const reference = document.channels[channel]?.messages[name];
  if (!reference) throw new Error(`the message ${name} on ${channel} is not described`);
  const at = ['components', 'messages', name];
  const wrong = [
    schemas.check(headers, [...at, 'headers']),
    ...(value === undefined ? [] : [schemas.check(JSON.parse(value) as unknown, [...at, 'payload'])]),
  ].filter((problem) => problem !== undefined);
  if (wrong.length > 0)
    throw new Error(`${name} on ${channel} is not as it is described:\n${wrong.join('\n')}`);
}
