import { createSecretKey } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { toAmqpMessage, verifyAmqpMessage } from '../amqp-events.js';
import { fromCloudEvent, toCloudEvent } from '../cloud-events.js';
import type { HeaderValue } from '../header-text.js';
import { event as recordedEvent } from '../recorded-event.fixture.js';
import { canonicalRecord, SIGNATURE_HEADER, type SignableRecord } from './canonical-record.js';
import { signRecord, verifyRecord, type SigningKey } from './record-signature.js';

/** Made by an implementation in another language. */
interface Vector {
  readonly name: string;
  readonly kid: string;
  readonly secret: string;
  readonly key: string | null;
  readonly value: string | null;
  readonly headers: readonly (readonly [string, string | null])[];
  readonly canonical: string;
  readonly signature: string;
}
const vectors = JSON.parse(
  readFileSync(new URL('signature-vectors.json', import.meta.url), 'utf8'),
) as readonly Vector[];

const keyOf = (kid: string, byte: number): SigningKey => ({
  kid,
  secret: createSecretKey(Buffer.alloc(32, byte)),
});
const [old, fresh] = [keyOf('old', 1), keyOf('new', 2)];

const event = { ...recordedEvent, actor: 'auth0|ada' };
const signed = toCloudEvent(event, '/eventfleet/command-api', old);
const SIGNED_HEADERS = Object.keys(signed.headers).filter(
  (name) => name.startsWith('ce_') && name !== SIGNATURE_HEADER,
);

/** As Kafka brings it, with other headers: those that are undefined are missing. */
function received(
  changed: Readonly<Record<string, HeaderValue | HeaderValue[] | undefined>> = {},
): SignableRecord {
  const { key, value, headers } = signed;
  return { key: Buffer.from(key), value: Buffer.from(value), headers: { ...headers, ...changed } };
}

describe('a signature', () => {
  it.each(vectors)('is the one that any language makes: $name', (vector) => {
    const { kid, key, value, signature } = vector;
    const headers: Record<string, HeaderValue[]> = {};
    for (const [name, text] of vector.headers) (headers[name] ??= []).push(text);
    const record = { key, value, headers };
    const signingKey = { kid, secret: createSecretKey(vector.secret, 'base64') };

    expect(canonicalRecord(record).toString('hex')).toBe(vector.canonical);
    expect(signRecord(record, signingKey)).toBe(signature);
    const withSignature = { ...record, headers: { ...headers, [SIGNATURE_HEADER]: signature } };
    expect(verifyRecord(withSignature, [signingKey])).toBe(true);
  });

  it('is `kid.mac`, a header of each event where there is a key, and nothing else changes', () => {
    const { [SIGNATURE_HEADER]: signature, ...headers } = signed.headers;
    expect(signature).toMatch(/^old\.[\w-]{43}$/);
    expect({ ...signed, headers }).toEqual(toCloudEvent(event));
    expect(
      fromCloudEvent({ ...signed, key: Buffer.from(signed.key), value: Buffer.from(signed.value) }),
    ).toEqual(event);
  });

  it('is good for texts and for bytes, in whatever order the headers are', () => {
    const { headers = {} } = received();
    const reversed = Object.entries(headers).toReversed();
    const inBytes = reversed.map(([name, text]) => [name, Buffer.from(String(text))]);
    expect(verifyRecord(received(), [old])).toBe(true);
    expect(verifyRecord({ ...received(), headers: Object.fromEntries(reversed) }, [old])).toBe(true);
    expect(verifyRecord({ ...received(), headers: Object.fromEntries(inBytes) }, [old])).toBe(true);
  });

  it('stays good when others add headers that are no attributes', () => {
    expect(verifyRecord(received({ 'x-error-code': 'bug', traceparent: 'other' }), [old])).toBe(true);
  });

  it.each(SIGNED_HEADERS)('covers the header %s', (name) => {
    const text = String(signed.headers[name]);
    for (const other of [undefined, null, '', `${text} `, text.slice(1), [text, text]])
      expect(verifyRecord(received({ [name]: other }), [old])).toBe(false);
    expect(verifyRecord(received({ [name]: undefined, [`${name}x`]: text }), [old])).toBe(false);
  });

  it('covers key, value, and that there is no further attribute', () => {
    const { key, value } = received();
    for (const other of [null, Buffer.alloc(0), Buffer.from('other')]) {
      expect(verifyRecord({ ...received(), value: other }, [old])).toBe(false);
      expect(verifyRecord({ ...received(), key: other }, [old])).toBe(false);
    }
    expect(verifyRecord({ ...received(), key: value, value: key }, [old])).toBe(false);
    for (const other of ['', null, 'true'])
      expect(verifyRecord(received({ ce_extra: other }), [old])).toBe(false);
  });

  it('has to be there, once, whole, and of a key that is known', () => {
    const signature = String(signed.headers[SIGNATURE_HEADER]);
    const mac = signature.slice('old.'.length);
    const wrong = [
      undefined,
      null,
      '',
      '.',
      mac,
      `.${mac}`,
      'old',
      'old.',
      `old.${mac.slice(1)}`,
      `old.${mac}=`,
      `old.${mac}.${mac}`,
      `new.${mac}`,
      ` ${signature}`,
      Buffer.from([0xff]),
      [signature, signature],
      [signature],
    ];
    for (const header of wrong)
      expect([header, verifyRecord(received({ [SIGNATURE_HEADER]: header }), [old, fresh])]).toEqual([
        header,
        false,
      ]);
    expect(verifyRecord({ key: null, value: null }, [old])).toBe(false);
    expect(verifyRecord(received(), [])).toBe(false);
    expect(verifyRecord(received(), [fresh])).toBe(false);
    expect(verifyRecord(received(), [{ ...old, secret: fresh.secret }])).toBe(false);
  });

  it('is good throughout a rotation, until its key is dropped', () => {
    const signedBy = (signingKey: SigningKey) => toCloudEvent(event, undefined, signingKey);
    const steps: { keys: SigningKey[]; verifies: SigningKey[] }[] = [
      { keys: [old], verifies: [old] },
      { keys: [old, fresh], verifies: [old, fresh] },
      { keys: [fresh, old], verifies: [old, fresh] },
      { keys: [fresh], verifies: [fresh] },
    ];
    for (const { keys, verifies } of steps) {
      const good = [old, fresh].filter((each) => verifyRecord(signedBy(each), keys));
      expect(good).toEqual(verifies);
    }
  });

  it('is the same in RabbitMQ, and covers the same there', () => {
    const message = toAmqpMessage(event, old);
    const incoming = { ...message, content: Buffer.from(message.content) };
    const withHeaders = (changed: Readonly<Record<string, unknown>>) => ({
      ...incoming,
      headers: { ...incoming.headers, ...changed },
    });
    expect(message.headers['cloudEvents:signature']).toBe(signed.headers[SIGNATURE_HEADER]);
    expect(verifyAmqpMessage(incoming, [fresh, old])).toBe(true);
    expect(verifyAmqpMessage(withHeaders({ 'x-attempts': 2, traceparent: undefined }), [old])).toBe(true);

    expect(verifyAmqpMessage({ ...incoming, content: Buffer.from('{}') }, [old])).toBe(false);
    for (const name of SIGNED_HEADERS)
      expect(verifyAmqpMessage(withHeaders({ [name.replace('ce_', 'cloudEvents:')]: 'x' }), [old])).toBe(
        false,
      );
    for (const extra of ['x', 1, true, Buffer.from('x')])
      expect(verifyAmqpMessage(withHeaders({ 'cloudEvents:extra': extra }), [old])).toBe(false);
    expect(verifyAmqpMessage(withHeaders({ 'cloudEvents:signature': undefined }), [old])).toBe(false);
    expect(toAmqpMessage(event).headers).not.toHaveProperty('cloudEvents:signature');
  });
});
