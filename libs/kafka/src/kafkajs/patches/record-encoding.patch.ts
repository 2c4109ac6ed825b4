import { replaceModule } from '../kafkajs-internals.js';

const RECORD_MODULE = 'kafkajs/src/protocol/recordBatch/record/v0';
const REQUEST_MODULE = 'kafkajs/src/protocol/requests/produce/v3/request';
const MAX_VARINT_BYTES = 5;
/** The length, the attributes, two deltas and the number of headers. */
const MAX_FIXED_BYTES = 1 + 4 * MAX_VARINT_BYTES;
/** Of a UTF-16 unit in UTF-8. */
const MAX_UNIT_BYTES = 3;

type Field = Buffer | string | null;

export interface RecordFields {
  readonly offsetDelta?: number;
  /** Milliseconds; within 32 bits, as all records of a batch are made together. */
  readonly timestampDelta?: number;
  readonly key?: Field;
  readonly value: Field;
  readonly headers?: Readonly<Record<string, Field | readonly Field[]>>;
}

/** What a record batch reads of kafkajs's encoder. */
export interface EncodedRecord {
  readonly buf: Buffer;
  readonly buffer: Buffer;
}

/**
 * Puts `encodeRecord` in the place of kafkajs's own, which makes a growing buffer of half a kilobyte for each header of
 * each record: for an event with fourteen headers a third of all that the relay's process allocates. The bytes are the
 * same. Idempotent; has to run before the first message is produced.
 */
export function patchRecordEncoding(): void {
  replaceModule(RECORD_MODULE, REQUEST_MODULE, encodeRecord);
}

/** Every record is written here first, its body after room for the length that precedes it. */
let scratch = Buffer.allocUnsafe(4_096);

/**
 * One record of a record batch, in one buffer of its exact size. Texts are written in place, without a buffer for each.
 * https://kafka.apache.org/documentation/#record
 */
export function encodeRecord(record: RecordFields): EncodedRecord {
  const { offsetDelta = 0, timestampDelta = 0, key = null, value, headers = {} } = record;
  const fields: Field[] = [];
  for (const name of Object.keys(headers)) addHeader(fields, name, headers[name] ?? null);
  reserve(MAX_FIXED_BYTES + maxSizeOf(key) + maxSizeOf(value) + maxSizeOfAll(fields));

  let end = scratch.writeInt8(0, MAX_VARINT_BYTES);
  end = writeVarInt(timestampDelta, end);
  end = writeVarInt(offsetDelta, end);
  end = writeField(value, writeField(key, end));
  end = writeVarInt(fields.length / 2, end);
  for (const field of fields) end = writeField(field, end);

  const length = end - MAX_VARINT_BYTES;
  const begin = MAX_VARINT_BYTES - sizeOfVarInt(length);
  writeVarInt(length, begin);
  const buffer = Buffer.from(scratch.subarray(begin, end));
  return { buf: buffer, buffer };
}

/** A header with several values is written once for each. */
function addHeader(fields: Field[], name: string, value: Field | readonly Field[]): void {
  if (!isList(value)) fields.push(name, value);
  else for (const one of value) fields.push(name, one);
}

function isList(value: Field | readonly Field[]): value is readonly Field[] {
  return Array.isArray(value);
}

function reserve(size: number): void {
  if (scratch.length < size) scratch = Buffer.allocUnsafe(size * 2);
}

function maxSizeOfAll(fields: readonly Field[]): number {
  let size = 0;
  for (const field of fields) size += maxSizeOf(field);
  return size;
}

function maxSizeOf(field: Field): number {
  const length = field === null ? 0 : field.length;
  return MAX_VARINT_BYTES + (typeof field === 'string' ? length * MAX_UNIT_BYTES : length);
}

function writeField(field: Field, offset: number): number {
  if (field === null) return writeVarInt(-1, offset);
  if (typeof field !== 'string') {
    const start = writeVarInt(field.length, offset);
    return start + field.copy(scratch, start);
  }
  const start = writeVarInt(Buffer.byteLength(field), offset);
  return start + scratch.write(field, start);
}

/** Zig-zag, seven bits a byte, the lowest first. */
function writeVarInt(value: number, offset: number): number {
  let rest = ((value << 1) ^ (value >> 31)) >>> 0;
  let end = offset;
  while (rest > 0x7f) {
    scratch[end++] = (rest & 0x7f) | 0x80;
    rest >>>= 7;
  }
  scratch[end++] = rest;
  return end;
}

/** @param value not negative */
function sizeOfVarInt(value: number): number {
  let size = 1;
  for (let rest = (value << 1) >>> 7; rest > 0; rest >>>= 7) size++;
  return size;
}
