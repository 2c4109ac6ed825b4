import type { BatchContext } from '../kafkajs-internals.js';

/** https://kafka.apache.org/documentation/#recordbatch */
export interface RecordBatch {
  readonly firstOffset: bigint;
  readonly lastOffset: bigint;
  /** What follows its header: its records, compressed or not. */
  readonly bytes: Buffer;
  readonly context: BatchContext;
  /** Of a batch in the format of today; all that is said of another one is above. */
  readonly content?: BatchContent;
}

export interface BatchContent {
  /** Kafka's number for the compression. */
  readonly codec: number;
  readonly count: number;
}

const FORMAT = 2;
/** The first offset, and the length of what follows it. */
const PREFIX_BYTES = 12;
const HEADER_BYTES = 61;
/** All formats have the same first bytes. */
const AT = {
  length: 8,
  format: 16,
  attributes: 21,
  lastOffsetDelta: 23,
  firstTimestamp: 27,
  maxTimestamp: 35,
  producerId: 43,
  count: 57,
} as const;

const CODEC = 0x07;
const LOG_APPEND_TIME = 0x08;
const TRANSACTIONAL = 0x10;
const CONTROL = 0x20;

/** The batches of a fetch in their order, but for one that the fetch has cut off. */
export function* batchesIn(bytes: Buffer): Generator<RecordBatch> {
  let at = 0;
  while (at + AT.format < bytes.length) {
    const end = at + PREFIX_BYTES + bytes.readInt32BE(at + AT.length);
    if (end > bytes.length || end <= at + AT.format) return;
    yield readBatch(bytes.subarray(at, end));
    at = end;
  }
}

function readBatch(bytes: Buffer): RecordBatch {
  const firstOffset = bytes.readBigInt64BE(0);
  const format = bytes.readInt8(AT.format);
  if (format !== FORMAT || bytes.length < HEADER_BYTES) {
    const context = contextOf(firstOffset, { format });
    return { firstOffset, lastOffset: firstOffset, bytes: bytes.subarray(PREFIX_BYTES), context };
  }
  const attributes = bytes.readInt16BE(AT.attributes);
  return {
    firstOffset,
    lastOffset: firstOffset + BigInt(bytes.readInt32BE(AT.lastOffsetDelta)),
    bytes: bytes.subarray(HEADER_BYTES),
    context: contextOf(firstOffset, {
      format,
      attributes,
      firstTimestamp: bytes.readBigInt64BE(AT.firstTimestamp),
      maxTimestamp: bytes.readBigInt64BE(AT.maxTimestamp),
      producerId: bytes.readBigInt64BE(AT.producerId),
    }),
    content: { codec: attributes & CODEC, count: bytes.readInt32BE(AT.count) },
  };
}

interface Header {
  readonly format: number;
  readonly attributes?: number;
  readonly firstTimestamp?: bigint;
  readonly maxTimestamp?: bigint;
  readonly producerId?: bigint;
}

function contextOf(firstOffset: bigint, header: Header): BatchContext {
  const { format, attributes = 0, firstTimestamp = -1n, maxTimestamp = -1n, producerId = -1n } = header;
  return {
    magicByte: format,
    firstOffset: String(firstOffset),
    firstTimestamp: String(firstTimestamp),
    maxTimestamp: String(maxTimestamp),
    timestampType: attributes & LOG_APPEND_TIME ? 1 : 0,
    isControlBatch: (attributes & CONTROL) !== 0,
    inTransaction: (attributes & TRANSACTIONAL) !== 0,
    producerId: String(producerId),
  };
}
