import { DecoderClass, type Decoder } from '../kafkajs-internals.js';
import { encodeRecord, type RecordFields } from './record-encoding.patch.js';

const HEADER_BYTES = 61;

export interface TestBatch {
  readonly firstOffset?: bigint;
  /** By default that of records without gaps. */
  readonly lastOffset?: bigint;
  readonly count?: number;
  /** Kafka's number. */
  readonly codec?: number;
  /** Others than the codec. */
  readonly attributes?: number;
  readonly producerId?: bigint;
  /** What follows the header. */
  readonly content: Buffer;
}

export function batchOf(batch: TestBatch): Buffer {
  const { firstOffset = 0n, count = 1, codec = 0, attributes = 0, producerId = -1n, content } = batch;
  const { lastOffset = firstOffset + BigInt(count) - 1n } = batch;
  const header = Buffer.alloc(HEADER_BYTES);
  header.writeBigInt64BE(firstOffset, 0);
  header.writeInt32BE(HEADER_BYTES - 12 + content.length, 8);
  header.writeInt8(2, 16);
  header.writeInt16BE(codec | attributes, 21);
  header.writeInt32BE(Number(lastOffset - firstOffset), 23);
  header.writeBigInt64BE(1_700_000_000_000n, 27);
  header.writeBigInt64BE(1_700_000_000_009n, 35);
  header.writeBigInt64BE(producerId, 43);
  header.writeInt32BE(count, 57);
  return Buffer.concat([header, content]);
}

export function recordsOf(records: readonly RecordFields[]): Buffer {
  return Buffer.concat(records.map((record, offsetDelta) => encodeRecord({ offsetDelta, ...record }).buffer));
}

/** What a fetch brings of one partition after the other. */
export function fetchOf(...partitions: Buffer[]): Decoder {
  return new DecoderClass(
    Buffer.concat(
      partitions.flatMap((bytes) => {
        const length = Buffer.alloc(4);
        length.writeInt32BE(bytes.length);
        return [length, bytes];
      }),
    ),
  );
}
