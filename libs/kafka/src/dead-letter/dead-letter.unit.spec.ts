import fc from 'fast-check';
import { throughKafka } from '../kafkajs/through-kafka.fixture.js';
import { fromDeadLetter, toDeadLetter } from './dead-letter.js';
import { inBytes } from './in-bytes.fixture.js';

const SOURCE = {
  topic: 'prefix.commands',
  partition: 3,
  identity: { clusterId: 'c', topicId: 't', partitions: 4 },
};
const ERROR = { code: 'not-possible', message: 'it is not possible', attempts: 5 };

const bytes = fc.uint8Array({ maxLength: 40 }).map((array) => Buffer.from(array));
const headerName = fc.oneof(
  fc.string(),
  fc.constantFrom('toString', '__proto__', '7', 'x-error-code', 'x-original-topic', 'x-other'),
);
const records = fc.record({
  key: fc.option(bytes),
  value: fc.option(bytes),
  headers: fc
    .array(fc.tuple(headerName, fc.oneof(bytes, fc.array(bytes, { minLength: 2, maxLength: 3 }))))
    .map((entries) => Object.fromEntries(entries)),
});

describe('a dead letter', () => {
  it('has the original key, bytes and headers, whatever they are, on its way there and back', () => {
    fc.assert(
      fc.property(records, (record) => {
        const dead = throughKafka(toDeadLetter(throughKafka(record), SOURCE, ERROR));
        const letter = fromDeadLetter(dead);

        const { headers, ...message } = letter!.message!;
        expect(message).toEqual({ partition: 3, key: record.key, value: record.value });
        expect(inBytes(headers)).toEqual(inBytes(record.headers));
        expect(letter).toMatchObject({ topic: SOURCE.topic, partition: 3, offset: 42n, error: ERROR });
      }),
      { numRuns: 500 },
    );
  });

  it('keeps a header that is null', () => {
    const record = throughKafka({ key: null, value: null, headers: { gone: null } });

    expect(toDeadLetter(record, SOURCE, ERROR).headers).toHaveProperty('gone', null);
  });

  it('leaves out the token that came with the record', () => {
    const headers = { authorization: 'Bearer secret', Authorization: ['secret', 'secret'], other: 'kept' };
    const dead = toDeadLetter(throughKafka({ key: null, value: null, headers }), SOURCE, ERROR);

    expect(Object.keys(dead.headers)).toContain('other');
    expect(JSON.stringify(inBytes(dead.headers))).not.toContain('secret');
    expect(Object.keys(dead.headers).map((name) => name.toLowerCase())).not.toContain('authorization');
  });

  it('says in headers what happened, and where', () => {
    const before = Date.now();

    const { headers } = toDeadLetter(throughKafka({ key: null, value: null, headers: {} }), SOURCE, ERROR);

    const { 'x-error-time': at, ...rest } = headers;
    expect(rest).toEqual({
      'x-error-code': 'not-possible',
      'x-error-message': 'it is not possible',
      'x-error-attempts': '5',
      'x-original-topic': 'prefix.commands',
      'x-original-partition': '3',
      'x-original-offset': '42',
      'x-original-timestamp': '1700000000000',
    });
    expect(Date.parse(String(at))).toBeGreaterThanOrEqual(before);
  });

  it.each([
    ['nothing of ours', {}],
    ['no partition', { 'x-original-topic': 'commands', 'x-original-offset': '1' }],
    ['no number', { 'x-original-topic': 'commands', 'x-original-partition': 'a', 'x-original-offset': '1' }],
  ])('is none with %s in its headers', (_, headers) => {
    expect(fromDeadLetter(throughKafka({ key: null, value: null, headers }))).toBeUndefined();
  });
});
