import { createRequire } from 'node:module';
import fc from 'fast-check';
import { encodeRecord, type RecordFields } from './record-encoding.patch.js';

const require = createRequire(import.meta.url);
const kafkajsRecord = require('kafkajs/src/protocol/recordBatch/record/v0') as (fields: RecordFields) => {
  readonly buffer: Buffer;
};

const bytes = fc.uint8Array({ maxLength: 300 }).map((array) => Buffer.from(array));

describe('encodeRecord', () => {
  it('writes the same bytes as kafkajs', () => {
    fc.assert(
      fc.property(
        fc.record({
          offsetDelta: fc.nat(2 ** 20),
          timestampDelta: fc.nat(2 ** 20),
          key: fc.oneof(bytes, fc.constant(null)),
          value: fc.oneof(bytes, fc.string(), fc.constant(null)),
          headers: fc.dictionary(
            fc.string(),
            fc.oneof(bytes, fc.string(), fc.array(bytes, { maxLength: 3 })),
          ),
        }),
        (record) => {
          expect(encodeRecord(record).buffer.equals(kafkajsRecord(record).buffer)).toBe(true);
        },
      ),
      { numRuns: 500 },
    );
  });
});
