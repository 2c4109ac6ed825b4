import fc from 'fast-check';
import { canonicalRecord, type SignableRecord } from './canonical-record.js';

/** Short, and of few characters: so that parts of different records often read alike when joined. */
const text = fc.string({ unit: fc.constantFrom('c', 'e', '_', 'a', '\0', '\x01', 'ë', '🎈'), maxLength: 4 });
const part = fc.oneof(
  fc.constant(null),
  text,
  text.map((each) => Buffer.from(each)),
  fc.uint8Array({ maxLength: 5 }).map((bytes) => Buffer.from(bytes)),
);
const name = fc.oneof(
  text.map((rest) => `ce_${rest}`),
  text,
  fc.constantFrom('ce_signature', 'ce_id', 'traceparent'),
);
const headers = fc.dictionary(name, fc.oneof(part, fc.array(part, { maxLength: 3 })), { maxKeys: 4 });
const record: fc.Arbitrary<SignableRecord> = fc.record({ key: part, value: part, headers });

const inHex = (each: Buffer | string | null) => (each === null ? null : Buffer.from(each).toString('hex'));

const byName = ([a]: Pair, [b]: Pair) => (a < b ? -1 : a > b ? 1 : 0);
type Pair = readonly [name: string, value: string | null];

/** What is signed, by a simpler way to say it. */
function signedPartsOf({ key, value, headers: all = {} }: SignableRecord) {
  const pairs = Object.entries(all)
    .filter(([each]) => each.startsWith('ce_') && each !== 'ce_signature')
    .flatMap(([each, values = []]) =>
      (Array.isArray(values) ? values : [values]).map((one): Pair => [inHex(each) ?? '', inHex(one)]),
    );
  return { key: inHex(key), value: inHex(value), headers: pairs.toSorted(byName) };
}

/** Undoes the canonical form: what can be read back out of it cannot be lost in it. */
function readBack(bytes: Buffer) {
  const parts: (string | null)[] = [];
  for (let at = 0; at < bytes.length;) {
    const length = bytes.readUInt32BE(at);
    at += 4;
    parts.push(length === 0xffff_ffff ? null : bytes.toString('hex', at, at + length));
    if (length !== 0xffff_ffff) at += length;
  }
  const [, key, value, ...rest] = parts;
  const pairs = Array.from({ length: rest.length / 2 }, (_, n): Pair => [
    rest[2 * n] ?? '',
    rest[2 * n + 1]!,
  ]);
  return { key, value, headers: pairs.toSorted(byName) };
}

describe('the canonical form of a record', () => {
  it('is injective: everything that is signed can be read back out of it', () => {
    fc.assert(
      fc.property(record, (any) => {
        expect(readBack(canonicalRecord(any))).toEqual(signedPartsOf(any));
      }),
      { numRuns: 2_000 },
    );
  });

  it('is the same for two records if and only if the same is signed', () => {
    fc.assert(
      fc.property(record, record, (a, b) => {
        const isSame = JSON.stringify(signedPartsOf(a)) === JSON.stringify(signedPartsOf(b));
        const form = Buffer.from(canonicalRecord(a));
        expect(form.equals(canonicalRecord(b))).toBe(isSame);
      }),
      { numRuns: 2_000 },
    );
  });

  it('takes events of any size', () => {
    for (const length of [10, 5_461, 100_000]) {
      const large = { key: 'k', value: 'ë'.repeat(length), headers: { ce_id: Buffer.alloc(length) } };
      expect(readBack(canonicalRecord(large))).toEqual(signedPartsOf(large));
    }
  });

  it('does not depend on the order of the headers', () => {
    fc.assert(
      fc.property(record, ({ headers: all = {}, ...rest }) => {
        const reversed = Object.fromEntries(Object.entries(all).toReversed());
        const form = Buffer.from(canonicalRecord({ ...rest, headers: reversed }));
        expect(form.equals(canonicalRecord({ ...rest, headers: all }))).toBe(true);
      }),
      { numRuns: 500 },
    );
  });
});
