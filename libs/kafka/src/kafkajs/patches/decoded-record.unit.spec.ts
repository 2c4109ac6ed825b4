import { createRequire } from 'node:module';
import fc from 'fast-check';
import { type BatchContext, type Decoder, DecoderClass } from '../kafkajs-internals.js';
import { decodeRecord } from './decoded-record.js';
import { encodeRecord } from './record-encoding.patch.js';
import type { HeaderValue, RecordHeaders } from '../../record-headers.js';

const require = createRequire(import.meta.url);
type RecordDecoder = (decoder: Decoder, batch: BatchContext) => ReturnType<typeof decodeRecord>;
const RECORD_MODULE = 'kafkajs/src/protocol/recordBatch/record/v0/decoder';
const kafkajsRecord = require(RECORD_MODULE) as RecordDecoder;

const FIELDS = ['timestamp', 'offset', 'key', 'value', 'isControlRecord', 'batchContext'] as const;

const bytes = fc.uint8Array({ maxLength: 300 }).map((array) => Buffer.from(array));
const decimal = fc.bigInt(0n, 2n ** 62n).map(String);
const batches = fc.record({
  magicByte: fc.constant(2),
  firstOffset: decimal,
  firstTimestamp: decimal,
  maxTimestamp: decimal,
  timestampType: fc.constantFrom(0, 1),
  isControlBatch: fc.boolean(),
  inTransaction: fc.boolean(),
  producerId: decimal,
});
const record = (name: fc.Arbitrary<string>, value: fc.Arbitrary<Buffer | string>) =>
  fc.record({
    offsetDelta: fc.nat(2 ** 20),
    timestampDelta: fc.integer({ min: -(2 ** 20), max: 2 ** 20 }),
    key: fc.oneof(bytes, fc.constant(null)),
    value: fc.oneof(bytes, fc.constant(null)),
    headers: fc.dictionary(name, fc.oneof(value, fc.array(value, { minLength: 1, maxLength: 3 }))),
  });
const anyRecord = record(fc.string({ unit: 'binary' }).filter(isFree), fc.oneof(bytes, fc.string()));
const textRecord = record(
  fc.string({ unit: 'binary-ascii', maxLength: 63 }).filter(isFree),
  fc.string({ unit: 'binary-ascii', maxLength: 63 }),
);

describe('decodeRecord', () => {
  it.each([
    ['of any kind', anyRecord],
    ['with headers in ASCII', textRecord],
  ])('reads records %s as kafkajs does', (_, records) => {
    fc.assert(
      fc.property(records, batches, (fields, batch) => {
        const body = bodyOf(encodeRecord(fields).buffer);
        const ours = decodeRecord(new DecoderClass(body), batch);
        const kafkajs = kafkajsRecord(new DecoderClass(body), batch);
        for (const field of FIELDS) expect(ours[field]).toEqual(kafkajs[field]);
        expect(inBytes(ours.headers)).toEqual(inBytes(kafkajs.headers));
      }),
      { numRuns: 500 },
    );
  });

  it('gives the headers of an event as texts', () => {
    const { headers } = decoded({ ce_type: 'user.created', ce_id: ['1', '2'] });
    expect(headers).toEqual({ ce_type: 'user.created', ce_id: ['1', '2'] });
  });

  it.each(['ünïcode', 'x'.repeat(64)])('gives the headers as bytes when one is %j', (text) => {
    const { headers } = decoded({ ce_type: 'user.created', text });
    expect(headers).toEqual({ ce_type: Buffer.from('user.created'), text: Buffer.from(text) });
  });

  it('takes no name of a header for something that objects have anyway', () => {
    const names = ['constructor', 'toString', '__proto__'];
    const { headers } = decoded(Object.fromEntries(names.map((name) => [name, name])));
    expect(Object.entries(headers)).toEqual(names.map((name) => [name, name]));
  });
});

function decoded(headers: Record<string, string | string[]>) {
  const body = bodyOf(encodeRecord({ value: null, headers }).buffer);
  const times = { firstTimestamp: '0', maxTimestamp: '0', timestampType: 0 };
  const batch = {
    magicByte: 2,
    firstOffset: '0',
    isControlBatch: false,
    inTransaction: false,
    producerId: '0',
  };
  return decodeRecord(new DecoderClass(body), { ...times, ...batch });
}

/** kafkajs mixes these up with what every object has. */
function isFree(name: string): boolean {
  return !(name in {});
}

/** As kafkajs cuts it out of its batch: without its length. */
function bodyOf(record: Buffer): Buffer {
  const body = new DecoderClass(record).readVarIntBytes();
  if (!body) throw new Error('no record');
  return body;
}

function inBytes(headers: RecordHeaders): Record<string, (Buffer | null)[]> {
  const toBytes = (value: HeaderValue) => (typeof value === 'string' ? Buffer.from(value) : value);
  return Object.fromEntries(
    Object.entries(headers).map(([name, values]) => [name, [values].flat().map(toBytes)]),
  );
}
