import { createSecretKey } from 'node:crypto';
import type { WrappingKey } from '@eventfleet/event-store';
import { keyedFingerprints, plainFingerprint, type Fingerprint } from './fingerprints.js';

const secretOf = (byte: number) => createSecretKey(Buffer.alloc(32, byte));
const keyOf = (kid: string, byte: number): WrappingKey => ({ kid, secret: secretOf(byte) });
const [old, fresh] = [keyOf('old', 1), keyOf('new', 2)];
/** Of a store whose secret has outlived every change of the key. */
const store = { secretFor: () => Promise.resolve(secretOf(9)) };

const accepted = ({ fingerprint, formerFingerprints = [] }: Fingerprint) => [
  fingerprint,
  ...formerFingerprints,
];

describe('the fingerprint of a request', () => {
  it('is the same through every step of a change of the key', async () => {
    const steps = [[old], [old, fresh], [fresh, old], [fresh]];
    const made = await Promise.all(
      steps.map(async (keys) => (await keyedFingerprints(store, keys)())('content').fingerprint),
    );
    expect(new Set(made).size).toBe(1);
    expect(made[0]).not.toBe(plainFingerprint('content').fingerprint);
    expect((await keyedFingerprints(store, [old])())('other').fingerprint).not.toBe(made[0]);
  });

  it('is also accepted as it was stored before there was a key', async () => {
    const make = await keyedFingerprints(store, [old])();
    expect(accepted(make('content'))).toContain(plainFingerprint('content').fingerprint);
    expect(accepted(await keyedFingerprints(undefined, [])().then((plain) => plain('content')))).toEqual([
      plainFingerprint('content').fingerprint,
    ]);
  });

  it('waits for a store that is away, and asks it once', async () => {
    let asked = 0;
    const secretFor = async () => {
      asked++;
      if (asked === 1) throw Object.assign(new Error('refused'), { code: 'ECONNREFUSED' });
      return secretOf(9);
    };
    const make = keyedFingerprints({ secretFor }, [old]);
    await expect(make()).rejects.toMatchObject({ code: 'event-store-unavailable' });
    expect((await make())('content')).toEqual((await make())('content'));
    expect(asked).toBe(2);
  });
});
