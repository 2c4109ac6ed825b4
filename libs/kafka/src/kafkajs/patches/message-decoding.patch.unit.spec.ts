import { createHash } from 'node:crypto';
import { createRequire } from 'node:module';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import fc from 'fast-check';
import { type Decoder, DecoderClass, type FetchedMessage, replaceModule } from '../kafkajs-internals.js';
import { decodeMessages, patchMessageDecoding } from './message-decoding.patch.js';
import { batchOf, fetchOf, recordsOf, type TestBatch } from './record-batch.fixture.js';

const require = createRequire(import.meta.url);
const MODULE = 'kafkajs/src/protocol/requests/fetch/v4/decodeMessages';
const kafkajsMessages = require(MODULE) as (fetch: Decoder) => Promise<FetchedMessage[]>;
const MIB = 1024 * 1024;
const GZIP = 1;
const ZSTD = 4;

const text = (fetched: FetchedMessage) => String(fetched.value);
const sha256 = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');

/** A batch of one record whose value is so many spaces. */
function spaces(size: number, more: Partial<TestBatch> = {}): Buffer {
  return batchOf({
    codec: GZIP,
    content: gzipSync(recordsOf([{ value: Buffer.alloc(size, ' ') }])),
    ...more,
  });
}

function well(firstOffset: bigint, value = 'well'): Buffer {
  return batchOf({ firstOffset, content: recordsOf([{ value }]) });
}

describe('decodeMessages', () => {
  it('reads what kafkajs reads, compressed or not, and leaves out what a fetch has cut off', async () => {
    const records = fc.array(
      fc.record({
        key: fc.option(fc.string()),
        value: fc.option(fc.string()),
        headers: fc.constant({ a: 'b' }),
      }),
      { minLength: 1, maxLength: 5 },
    );
    const batch = fc.record({
      records,
      firstOffset: fc.bigInt(0n, 2n ** 50n),
      isPacked: fc.boolean(),
      attributes: fc.constantFrom(0, 0x08, 0x10, 0x20),
      producerId: fc.bigInt(-1n, 9n),
    });
    const property = fc.asyncProperty(fc.array(batch, { maxLength: 4 }), fc.nat(99), async (batches, cut) => {
      const whole = Buffer.concat(
        batches.map(({ records: fields, isPacked, ...rest }) => {
          const content = recordsOf(fields);
          const packed = isPacked ? { codec: GZIP, content: gzipSync(content) } : { content };
          return batchOf({ ...rest, ...packed, count: fields.length });
        }),
      );
      // At a few bytes kafkajs throws.
      const bytes = whole.subarray(0, Math.max(Math.min(17, whole.length), whole.length - cut));
      const fields = ({ offset, timestamp, key, value, isControlRecord, batchContext }: FetchedMessage) => {
        const { inTransaction, producerId } = batchContext!;
        return { offset, timestamp, key, value, isControlRecord, inTransaction, producerId };
      };
      const ours = await decodeMessages(fetchOf(bytes));
      expect(ours.map(fields)).toEqual((await kafkajsMessages(fetchOf(bytes))).map(fields));
    });
    await fc.assert(property, { numRuns: 100 });
  });

  it.each(Object.entries(JAVA_BATCHES()))(
    "reads what Kafka's own client has compressed by %s",
    async (_, batch) => {
      const messages = await decodeMessages(fetchOf(Buffer.from(batch, 'base64')));
      expect(messages.map(({ offset, key, headers }) => [offset, String(key), headers])).toEqual(
        [0, 1, 2].map((index) => [String(index), `key-${index}`, { ce_type: 'create-user' }]),
      );
      expect(messages.map((message) => (JSON.parse(text(message)) as { n: number }).n)).toEqual([0, 1, 2]);
    },
  );

  it('has one message without bytes for a batch that is too large, whoever sent how much', async () => {
    const content = Buffer.concat([gzipSync(recordsOf([{ value: 'x' }])), ...Array<Buffer>(300).fill(gzipSync(Buffer.alloc(MIB)))]); // prettier-ignore
    const bomb = batchOf({ codec: GZIP, firstOffset: 7n, count: 3, content });

    const [message, ...others] = await decodeMessages(fetchOf(Buffer.concat([bomb, well(10n)])));

    expect(others).toEqual([]);
    expect(message).toMatchObject({
      offset: '9',
      timestamp: '1700000000009',
      key: null,
      value: null,
      headers: { 'x-original-bytes': String(content.length), 'x-original-sha256': sha256(content) },
      unreadable: {
        code: 'batch-too-large',
        message: `offsets 7 to 9 are one batch, and it has more than 16777216 bytes behind its gzip; SHA-256 of its ${content.length} bytes: ${sha256(content)}`,
      },
    });
    expect((await decodeMessages(fetchOf(well(10n)))).map(text)).toEqual(['well']);
  });

  it('leaves to the next fetch what has no room beside the others, in whatever partition', async () => {
    const two = Buffer.concat([spaces(6 * MIB), spaces(6 * MIB, { firstOffset: 1n })]);
    const fetch = fetchOf(two, Buffer.concat([spaces(5 * MIB), well(1n)]), well(0n));

    expect((await decodeMessages(fetch)).map(({ offset }) => offset)).toEqual(['0', '1']);
    expect(await decodeMessages(fetch)).toEqual([]);
    expect(await decodeMessages(fetch)).toEqual([]);

    const next = fetchOf(Buffer.concat([spaces(5 * MIB), well(1n)]), well(0n));
    expect((await decodeMessages(next)).map(({ offset }) => offset)).toEqual(['0', '1']);
    expect((await decodeMessages(next)).map(text)).toEqual(['well']);
  });

  it('takes as many small records as fit, and sets aside a batch of more', async () => {
    const many = (count: number) => {
      const content = recordsOf(Array.from({ length: count }, () => ({ value: null })));
      return { plain: batchOf({ count, content }), packed: batchOf({ count, codec: ZSTD, content: zstdCompressSync(content) }) }; // prettier-ignore
    };
    const [fits, tooMany] = [many(60_000), many(150_000)];

    for (const batch of [fits.plain, fits.packed])
      expect(await decodeMessages(fetchOf(batch))).toHaveLength(60_000);
    for (const batch of [tooMany.plain, tooMany.packed]) {
      const messages = await decodeMessages(fetchOf(batch));
      expect(messages).toMatchObject([
        {
          offset: '149999',
          unreadable: {
            code: 'batch-too-large',
            message: expect.stringContaining('it has 150000 records, more than 65536'),
          },
        },
      ]);
    }
  });

  it.each([
    ['a compression of the future', { codec: 6, content: Buffer.from('?') }, 'batch-unknown'],
    ['no gzip', { codec: GZIP, content: Buffer.from('no gzip') }, 'batch-corrupt'],
    ['fewer records than it says', { count: 2, content: recordsOf([{ value: 'x' }]) }, 'batch-corrupt'],
  ] as const)('has one message without bytes for a batch with %s', async (_, batch, code) => {
    const [message] = await decodeMessages(fetchOf(batchOf({ lastOffset: 4n, ...batch })));
    expect(message).toMatchObject({
      offset: '4',
      headers: { 'x-original-sha256': sha256(batch.content) },
      unreadable: { code },
    });
  });

  it('has a message without bytes for a record of more than 4 MiB, and the others of its batch', async () => {
    const value = Buffer.alloc(4 * MIB, ' ');
    const records = [{ key: 'a', value: 'x' }, { key: 'b', value }, { key: 'c'.repeat(2_000), value }, { key: 'd', value: 'y' }]; // prettier-ignore
    const batch = batchOf({ codec: GZIP, count: 4, content: gzipSync(recordsOf(records)) });

    const messages = await decodeMessages(fetchOf(batch));

    expect(
      messages.map(({ offset, key, value: bytes }) => [offset, key && String(key), bytes && String(bytes)]),
    ).toEqual([
      ['0', 'a', 'x'],
      ['1', 'b', null],
      ['2', null, null],
      ['3', 'd', 'y'],
    ]);
    expect(messages[1]).toMatchObject({
      timestamp: '1700000000000',
      headers: { 'x-original-sha256': sha256(value) },
      unreadable: { code: 'record-too-large', message: expect.stringContaining(sha256(value)) },
    });
  });

  it('reads a record of 4 MiB, and a dead letter that holds it', async () => {
    const value = Buffer.alloc(4 * MIB - 100, ' ');
    const letter = { value, headers: { 'x-error-message': 'x'.repeat(500), 'x-original-topic': 'commands' } };
    const other = { value, headers: { 'x-error-message': 'x'.repeat(500) } };
    const content = recordsOf([{ value }, letter, other]);

    const messages = await decodeMessages(fetchOf(batchOf({ count: 3, content })));

    expect(messages.map((message) => [message.value?.length, message.unreadable?.code])).toEqual([
      [value.length, undefined],
      [value.length, undefined],
      [undefined, 'record-too-large'],
    ]);
  });

  it('has one message without bytes for a record of an old format', async () => {
    const old = Buffer.alloc(40);
    old.writeBigInt64BE(3n);
    old.writeInt32BE(28, 8);
    old.writeInt8(1, 16);

    expect(await decodeMessages(fetchOf(old))).toMatchObject([
      { offset: '3', unreadable: { code: 'batch-unknown' } },
    ]);
  });

  it('reads nothing of a partition without records', async () => {
    expect(await decodeMessages(new DecoderClass(Buffer.alloc(4)))).toEqual([]);
  });
});

describe('patchMessageDecoding', () => {
  it('makes kafkajs decode with it, however often it runs', () => {
    expect(require(MODULE)).not.toBe(decodeMessages);
    patchMessageDecoding();
    patchMessageDecoding();
    expect(require(MODULE)).toBe(decodeMessages);
  });

  it('is refused once kafkajs has its own in use', () => {
    const user = 'kafkajs/src/protocol/decoder';
    expect(() => replaceModule(MODULE, user, kafkajsMessages)).toThrow(`${user} is loaded already`);
  });
});

/** Three records each, made by Kafka 4.3's `MemoryRecords.withRecords`. */
function JAVA_BATCHES() {
  return {
    gzip: 'AAAAAAAAAAAAAACl/////wL16WFPAAEAAAACAAABi8/laAAAAAGLz+VoAv//////////////////AAAAAx+LCAAAAAAAAP/bxcrAwMCVnVqpa/CLpVopT8nKQEepJLWiRMlKKTE9MTNPITEvRWGURYilVMvEl5waX1JZkCqWXJSaWJKqW1qcWrSLlYGJCRy8htDgNRwNXqoGLwsLOHiNoMFrNBq81AteAB18uGodBAAA',
    snappy:
      'AAAAAAAAAAAAAADS/////wLSSVepAAIAAAACAAABi8/laAAAAAGLz+VoAv//////////////////AAAAA4JTTkFQUFkAAAAAAQAAAAEAAACNnQiYugUAAAAKa2V5LTD6BHsibiI6MCwidGV4dCI6ImFnYWluIGFuZCBh/goA/goA/goA/goAggoAbCJ9Ag5jZV90eXBlFmNyZWF0ZS11c2VyugUAAgIlXwAxLV8AMf5fAf5fAf5fAf5fAf5fATpfAQQEBCVfADItXwAy/l8B/l8B/l8B/l8B/l8BLl8B',
    lz4: 'AAAAAAAAAAAAAACr/////wL/3dWVAAMAAAACAAABi8/laAAAAAGLz+VoAv//////////////////AAAAAwQiTRhgQIJrAAAA/xe6BQAAAAprZXktMPoEeyJuIjowLCJ0ZXh0IjoiYWdhaW4gYW5kIAoA/xDxDSJ9Ag5jZV90eXBlFmNyZWF0ZS11c2VyugUAAgJfARMxXwEfMV8B/z0hBARfARMyXwEfMl8B/zVQLXVzZXIAAAAA',
    zstd: 'AAAAAAAAAAAAAACc/////wKIchpiAAQAAAACAAABi8/laAAAAAGLz+VoAv//////////////////AAAAAyi1L/0AWPwCAIQEugUAAAAKa2V5LTD6BHsibiI6MCwidGV4dCI6ImFnYWluIGFuZCAifQIOY2VfdHlwZRZjcmVhdGUtdXNlcroFAAICMTEEBDIyBwBJQAlwFwjIBBQDJxBbgvNH1fIEAQAA',
  };
}
