import { appendFileSync, existsSync, fsyncSync, openSync, readFileSync, truncateSync } from 'node:fs';
import {
  decryptPersonal,
  fromCloudEvent,
  isEncrypted,
  personalDataKeyFrom,
  userEvents,
  type PersonalDataKey,
  type RecordedEvent,
  type UserEvent,
} from '@eventfleet/contracts';
import kafkajs from 'kafkajs';

/** `LEDGER` is a file with one line for each thing that was done: the effect, and the memory of it, in one write. */
const {
  KAFKA_BROKERS = '127.0.0.1:19092',
  KAFKA_TOPIC_PREFIX = '',
  LEDGER = 'ledger.jsonl',
  COMMAND_API_URL = 'http://127.0.0.1:3000',
  QUERY_API_URL = 'http://127.0.0.1:3001',
} = process.env;

/** What this service does about an event; of the others it takes no notice. */
const ACTIONS: Partial<Record<UserEvent['type'], string>> = {
  'user.created': 'open an account',
  'user.deleted': 'close the account',
  'user.erased': 'remove every copy of personal data',
};

/** The last version of each user that was dealt with. A line that a crash cut off never happened. */
const versions = new Map<string, number>();
const written = existsSync(LEDGER) ? readFileSync(LEDGER, 'utf8') : '';
const complete = written.slice(0, written.lastIndexOf('\n') + 1);
if (complete.length < written.length) truncateSync(LEDGER, Buffer.byteLength(complete));
for (const line of complete.split('\n').filter(Boolean)) {
  const { userId, version } = JSON.parse(line) as { userId: string; version: number };
  versions.set(userId, version);
}
const ledger = openSync(LEDGER, 'a');

const kafka = new kafkajs.Kafka({ clientId: 'example-subscriber', brokers: KAFKA_BROKERS.split(',') });
const consumer = kafka.consumer({
  groupId: `${KAFKA_TOPIC_PREFIX}example-subscriber`,
  sessionTimeout: 10_000,
});
process.once('SIGTERM', () => void consumer.disconnect());
await consumer.connect();
await consumer.subscribe({ topic: KAFKA_TOPIC_PREFIX + userEvents.topic, fromBeginning: true });
await consumer.run({
  async eachMessage({ message }) {
    const recorded = fromCloudEvent(message);
    const { aggregateId: userId, version } = recorded;
    // Each event first comes in version order, and may come again: what is not newer was dealt with.
    if (version <= (versions.get(userId) ?? 0)) return;
    // With the data as it was written; if the user is erased, `isErasedText` is true of the name and the email.
    const done = ACTIONS[userEvents.parse(await readable(recorded)).type];
    if (done) {
      appendFileSync(ledger, `${JSON.stringify({ userId, version, done })}\n`);
      fsyncSync(ledger);
    }
    versions.set(userId, version);
  },
});

/** The event with its personal fields as they were written, if the fleet encrypts them. The key is not kept. */
async function readable(event: RecordedEvent): Promise<RecordedEvent> {
  return isEncrypted(event) ? decryptPersonal(event, await keyOf(event.aggregateId)) : event;
}

/** Undefined if the user is erased. With `AUTH` a token needs the scopes `users:personal-data` and `users:history`. */
async function keyOf(userId: string): Promise<PersonalDataKey | undefined> {
  const answer = await fetch(`${COMMAND_API_URL}/personal-data-keys/${userId}`);
  if (answer.ok) return personalDataKeyFrom(await answer.json());
  if (answer.status === 404 && (await isErased(userId))) return undefined;
  // The consumer tries the record again.
  throw new Error(`no key of personal data: ${answer.status}`);
}

/** A 404 alone does not say so: the address may be wrong, or that command-api may have no keys. */
async function isErased(userId: string): Promise<boolean> {
  const past = await fetch(`${QUERY_API_URL}/users/${userId}?version=1`);
  return past.ok && ((await past.json()) as { erased?: boolean }).erased === true;
}
