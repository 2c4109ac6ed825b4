import { type BatchContext, type Decoder, DecoderClass } from '../kafkajs-internals.js';
import type { RecordHeaders } from '../../record-headers.js';
import { readHeaders } from './read-headers.js';

/** After the attributes, a byte. */
const TIMESTAMP_AT = 1;
const LOG_APPEND_TIME = 1;

/** @param decoder at the beginning of the record's bytes, after its length, which it holds up to their end */
export function decodeRecord(decoder: Decoder, batch: BatchContext): DecodedRecord {
  return new DecodedRecord(decoder, batch);
}

/**
 * One record of a record batch, decoded no further than it is looked at: until then it is its bytes and where in them
 * its fields are. Reads like a record of kafkajs, but for headers in ASCII, which are texts, and for fields that are no
 * properties of its own: code that spreads it, as Nest's own Kafka transport does, does not get them.
 * https://kafka.apache.org/documentation/#record
 */
export class DecodedRecord {
  readonly offset: string;
  readonly #bytes: Buffer;
  readonly #keyAt: number;
  readonly #valueAt: number;
  readonly #headersAt: number;

  constructor(
    decoder: Decoder,
    readonly batchContext: BatchContext,
  ) {
    this.#bytes = decoder.buffer;
    decoder.offset = TIMESTAMP_AT;
    skipVarInt(decoder);
    this.offset = String(BigInt(batchContext.firstOffset) + BigInt(decoder.readVarInt()));
    this.#keyAt = decoder.offset;
    skipBytes(decoder);
    this.#valueAt = decoder.offset;
    skipBytes(decoder);
    this.#headersAt = decoder.offset;
  }

  get isControlRecord(): boolean {
    return this.batchContext.isControlBatch;
  }

  get timestamp(): string {
    const { timestampType, maxTimestamp, firstTimestamp } = this.batchContext;
    if (timestampType === LOG_APPEND_TIME) return maxTimestamp;
    return String(BigInt(firstTimestamp) + BigInt(this.#decoderAt(TIMESTAMP_AT).readVarLong().toString()));
  }

  get key(): Buffer | null {
    return this.#decoderAt(this.#keyAt).readVarIntBytes();
  }

  get value(): Buffer | null {
    return this.#decoderAt(this.#valueAt).readVarIntBytes();
  }

  get headers(): RecordHeaders {
    return readHeaders(this.#decoderAt(this.#headersAt));
  }

  #decoderAt(offset: number): Decoder {
    const decoder = new DecoderClass(this.#bytes);
    decoder.offset = offset;
    return decoder;
  }
}

function skipVarInt(decoder: Decoder): void {
  while ((decoder.buffer[decoder.offset++] ?? 0) > 0x7f);
}

/** Null is bytes of length -1. */
function skipBytes(decoder: Decoder): void {
  const length = decoder.readVarInt();
  if (length > 0) decoder.offset += length;
}
