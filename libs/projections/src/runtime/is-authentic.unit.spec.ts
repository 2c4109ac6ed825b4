import { createSecretKey } from 'node:crypto';
import { toCloudEvent, type SigningKey } from '@eventfleet/contracts';
import type { KafkaRecord } from '@eventfleet/kafka';
import { authenticity } from './is-authentic.js';
import { history } from './record-batches.fixture.js';

const keyOf = (kid: string, byte: number): SigningKey => ({
  kid,
  secret: createSecretKey(Buffer.alloc(32, byte)),
});
const [old, fresh] = [keyOf('old', 1), keyOf('new', 2)];
const [event] = history(1);

/** A record whose fields tell how often they were read. */
class Fetched implements KafkaRecord {
  reads = 0;
  readonly offset = 7n;
  readonly timestamp = 0;
  private readonly message;

  constructor(signingKey?: SigningKey, text = event!.data) {
    this.message = { ...toCloudEvent(event!, undefined, signingKey), value: text };
  }

  get key() {
    this.reads++;
    return Buffer.from(this.message.key);
  }

  get value() {
    this.reads++;
    return Buffer.from(this.message.value);
  }

  get headers() {
    this.reads++;
    return this.message.headers;
  }
}

describe('a record', () => {
  it('is authentic without keys, and is not even looked at', () => {
    const record = new Fetched();
    expect(authenticity([])(record)).toBe(true);
    expect(record.reads).toBe(0);
  });

  it('is authentic with keys if one of them has signed it as it is', () => {
    const isAuthentic = authenticity([fresh, old]);
    expect(isAuthentic(new Fetched(fresh))).toBe(true);
    expect(isAuthentic(new Fetched(old))).toBe(true);

    expect(isAuthentic(new Fetched())).toBe(false);
    expect(isAuthentic(new Fetched(keyOf('other', 3)))).toBe(false);
    expect(isAuthentic(new Fetched(keyOf('old', 3)))).toBe(false);
    expect(isAuthentic(new Fetched(fresh, '{}'))).toBe(false);
    expect(isAuthentic({ key: null, value: null, offset: 0n, timestamp: 0 })).toBe(false);
  });

  it('is read once, as each field of a fetched record is decoded anew', () => {
    const record = new Fetched(old);
    authenticity([fresh, old])(record);
    expect(record.reads).toBe(3);
  });
});
