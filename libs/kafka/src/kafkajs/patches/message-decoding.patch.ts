import { type Decoder, type FetchedMessage, replaceModule } from '../kafkajs-internals.js';
import { decodeBatch } from './decode-batch.js';
import { FetchRoom } from './fetch-room.js';
import { batchesIn } from './record-batch.js';

const MESSAGES_MODULE = 'kafkajs/src/protocol/requests/fetch/v4/decodeMessages';
/** Of the newest version that kafkajs speaks, which is older than Kafka 3.1. */
const RESPONSE_MODULE = 'kafkajs/src/protocol/requests/fetch/v11/response';

/**
 * Puts `decodeMessages` in the place of kafkajs's own. That one unpacks whatever it gets, however large it becomes;
 * fails for ever at a batch that it cannot unpack, and at one with some 100,000 records; and makes a buffer of each header
 * and a copy of all headers so far for each further one, most of what a consumer allocates. Idempotent.
 * @throws Error when it comes too late: kafkajs has its own decoder in use from its first fetch on
 */
export function patchMessageDecoding(): void {
  replaceModule(MESSAGES_MODULE, RESPONSE_MODULE, decodeMessages);
}

/** One for each fetch: its partitions share a decoder. */
const rooms = new WeakMap<Decoder, FetchRoom>();

/**
 * The messages of a partition, as far as there is room for them in memory.
 * @param fetch at the length of what the partition has
 */
export async function decodeMessages(fetch: Decoder): Promise<FetchedMessage[]> {
  const room = rooms.get(fetch) ?? new FetchRoom();
  rooms.set(fetch, room);
  const messages: FetchedMessage[] = [];
  const size = fetch.readInt32();
  if (size <= 0) return messages;
  for (const batch of batchesIn(fetch.readBytes(size))) {
    const decoded = await decodeBatch(batch, room);
    if (!decoded) break;
    for (const message of decoded) messages.push(message);
  }
  return messages;
}
