import { CODECS, unpack } from '../../unpacking/unpack.js';
import { UnpackError } from '../../unpacking/unpack.error.js';
import type { Unreadable } from '../../kafka-record.js';
import { type BatchContext, DecoderClass, type FetchedMessage } from '../kafkajs-internals.js';
import { decodeRecord } from './decoded-record.js';
import { MOST_BYTES, MOST_RECORDS, type FetchRoom } from './fetch-room.js';
import type { RecordBatch } from './record-batch.js';
import { batchStandIn, isTooLarge, recordStandIn } from './stand-in.js';

/**
 * The records of a batch. If they cannot be unpacked, or take more than the room of a whole fetch, one message without
 * bytes stands for all of them, at the last offset: there may be millions.
 * @returns undefined if there is no room beside what this fetch has taken. A later fetch begins with the batch.
 */
export async function decodeBatch(
  batch: RecordBatch,
  room: FetchRoom,
): Promise<FetchedMessage[] | undefined> {
  const isFirst = room.isWhole;
  const result = await readRecords(batch, room);
  if (Array.isArray(result)) return result;
  // Much may have been unpacked in vain. A fetch that goes on would hold up the heartbeats of its consumer.
  room.close();
  if (result.code === 'batch-too-large' && !isFirst) return undefined;
  return [batchStandIn(batch, result)];
}

async function readRecords(
  { bytes, context, content }: RecordBatch,
  room: FetchRoom,
): Promise<FetchedMessage[] | Unreadable> {
  if (!content) return unknown(`format ${context.magicByte}`);
  const { count } = content;
  const codec = CODECS[content.codec];
  if (!codec) return unknown(`compression ${content.codec}`);
  if (count === 0) return [];
  const limit = room.leftFor(count);
  if (limit <= 0) return tooLarge(`${count} records, more than ${MOST_RECORDS}`);
  try {
    const unpacked = codec === 'none' ? bytes : await unpack(codec, bytes, limit);
    // What a fetch brings uncompressed is in memory already.
    room.take(codec === 'none' ? 0 : unpacked.length, count);
    return splitRecords(unpacked, count, context);
  } catch (error) {
    if (!(error instanceof UnpackError)) throw error;
    if (error.code === 'too-large') return tooLarge(`more than ${MOST_BYTES} bytes behind its ${codec}`);
    return { code: 'batch-corrupt', message: `it cannot be read (${codec}: ${error.message})` };
  }
}

function unknown(what: string): Unreadable {
  return { code: 'batch-unknown', message: `it has the ${what}, which nobody here knows` };
}

function tooLarge(what: string): Unreadable {
  return { code: 'batch-too-large', message: `it has ${what}` };
}

/** @throws UnpackError `corrupt` when there are fewer bytes than records */
function splitRecords(bytes: Buffer, count: number, context: BatchContext): FetchedMessage[] {
  const decoder = new DecoderClass(bytes);
  const messages: FetchedMessage[] = [];
  for (let index = 0; index < count; index++) {
    const record = decoder.readVarIntBytes();
    if (!record || decoder.offset > bytes.length) throw new UnpackError('corrupt', 'a record is cut off');
    const message = decodeRecord(new DecoderClass(record), context);
    messages.push(isTooLarge(record.length, message) ? recordStandIn(message, record.length) : message);
  }
  return messages;
}
