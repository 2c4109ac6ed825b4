import type { KafkaRecord } from '../kafka-record.js';
import { AttemptsExhausted, withAttempts } from './attempts.js';
import type { RecordSource } from './record-by-record.js';

const source = (partition = 0, topicId = 't'): RecordSource => ({
  topic: 'commands',
  partition,
  identity: { clusterId: 'c', topicId, partitions: 2 },
});
const record = (offset: bigint): KafkaRecord => ({ offset, key: null, value: null, timestamp: 0 });
const transient = Object.assign(new Error('away'), { code: 'ECONNREFUSED' });

describe('withAttempts', () => {
  let failure: Error | undefined;
  const tried = withAttempts(async () => {
    if (failure) throw failure;
  }, 3);
  const outcome = (offset: bigint, where = source()) =>
    tried(record(offset), where).then(
      () => 'handled',
      (error: unknown) => (error instanceof AttemptsExhausted ? error.attempts : error),
    );
  const notYet = { code: 'attempt-failed' };

  beforeEach(async () => {
    failure = undefined;
    await outcome(0n);
  });

  it('gives up at the last attempt, and stays so until the record is handled', async () => {
    failure = new TypeError('a bug');
    expect(await outcome(7n)).toMatchObject(notYet);
    expect(await outcome(7n)).toMatchObject(notYet);
    expect(await outcome(7n)).toBe(3);
    expect(await outcome(7n)).toBe(4);
    failure = undefined;
    expect(await outcome(7n)).toBe('handled');
    failure = new TypeError('a bug');
    expect(await outcome(7n)).toMatchObject(notYet);
  });

  it('throws a transient failure as it is, however often, and does not count it', async () => {
    failure = transient;
    for (let attempt = 0; attempt < 20; attempt++) expect(await outcome(8n)).toBe(transient);
    failure = new TypeError('a bug');
    expect(await outcome(8n)).toMatchObject(notYet);
    failure = transient;
    expect(await outcome(8n)).toBe(transient);
    failure = new TypeError('a bug');
    expect(await outcome(8n)).toMatchObject(notYet);
    expect(await outcome(8n)).toBe(3);
  });

  it('counts each record, partition and topic of that name on its own', async () => {
    failure = new TypeError('a bug');
    for (const where of [source(0), source(1), source(0, 'another')]) {
      expect(await outcome(9n, where)).toMatchObject(notYet);
      expect(await outcome(9n, where)).toMatchObject(notYet);
    }
    expect(await outcome(10n)).toMatchObject(notYet);
  });

  it('throws on nothing that quotes the record', async () => {
    failure = new SyntaxError('"Ada" is no JSON');
    const errors = [await outcome(11n), await outcome(11n)] as Error[];
    expect(errors.map(({ cause }) => cause)).toEqual([undefined, undefined]);
    expect(errors.map(({ message }) => message).join()).not.toContain('Ada');
  });
});
