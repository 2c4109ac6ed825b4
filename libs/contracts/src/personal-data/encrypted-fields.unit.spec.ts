import { createSecretKey, randomUUID } from 'node:crypto';
import type { RecordedEvent } from '../event-envelope.js';
import { userEvents } from '../users/user.aggregate.js';
import {
  decryptPersonal,
  encryptPersonal,
  erasedText,
  isEncrypted,
  isErasedText,
} from './encrypted-fields.js';
import { personalDataKeyFrom, type PersonalDataKey } from './personal-data-key.js';

const keyOf = (byte: number, kid = 'k1'): PersonalDataKey => {
  return { kid, secret: createSecretKey(Buffer.alloc(32, byte)) };
};
const key = keyOf(1);
const data = { id: 'u1', name: 'Ann "Zoë" 🎈 {"$enc":"x.y"}', email: 'Ann@example.org' };
const place = { aggregateId: 'u1', version: 3 };

function eventOf(content: Readonly<Record<string, unknown>>): RecordedEvent {
  return {
    ...place,
    eventId: randomUUID(),
    type: 'user.created',
    schemaVersion: 1,
    aggregateType: 'user',
    globalPosition: '1',
    occurredAt: '2026-01-02T03:04:05.678Z',
    correlationId: 'c',
    causationId: 'k',
    traceparent: 't',
    data: JSON.stringify(content),
  };
}
const encrypted = eventOf(encryptPersonal(data, ['name', 'email', 'phone'], key, place));

describe('an encrypted field', () => {
  it('is `{"$enc": "<kid>.<ciphertext>"}`, and holds nothing of the text', () => {
    const { id, name, email, ...others } = JSON.parse(encrypted.data) as Record<string, unknown>;
    expect([id, others]).toEqual(['u1', {}]);
    expect(name).toEqual({ $enc: expect.stringMatching(/^k1\.[\w-]{60,}$/) as string });
    expect(email).toEqual({ $enc: expect.stringMatching(/^k1\.[\w-]{40,}$/) as string });
    expect(encrypted.data).not.toMatch(/Ann|example/);
  });

  it('is another one each time', () => {
    expect(encryptPersonal(data, ['name'], key, place)).not.toEqual(
      encryptPersonal(data, ['name'], key, place),
    );
  });

  it('reads as it was written, and what is plain stays as it is', () => {
    expect(JSON.parse(decryptPersonal(encrypted, key).data)).toEqual(data);
    const plain = eventOf({ ...data, name: 'Bea' });
    expect(isEncrypted(eventOf(data))).toBe(false);
    expect(decryptPersonal(plain, key)).toBe(plain);
  });

  it('reads as a text that nobody could have written, once its key is gone', () => {
    const erased = userEvents.parse(decryptPersonal(encrypted, undefined));
    expect(erased.data).toEqual({ id: 'u1', name: erasedText('u1'), email: erasedText('u1') });
    expect(isErasedText(erasedText('u1'))).toBe(true);
    expect(isErasedText('erased:u1')).toBe(false);
  });

  it.each<[string, Partial<RecordedEvent>, PersonalDataKey]>([
    ['another key', {}, keyOf(2)],
    ['another name of the key', {}, keyOf(1, 'k2')],
    ['another aggregate', { aggregateId: 'u2' }, key],
    ['another version', { version: 4 }, key],
    ['another field', { data: swapped(encrypted.data) }, key],
    ['a byte that was changed', { data: encrypted.data.replace(/(k1\.[\w-]{20})(.)/, flipped) }, key],
    ['a text that is cut off', { data: encrypted.data.replace(/.{30}"\}/, '"}') }, key],
  ])('is not read with %s', (_, change, wrong) => {
    const refusal = expect.objectContaining({ code: 'personal-data-unreadable' }) as Error;
    expect(() => decryptPersonal({ ...encrypted, ...change }, wrong)).toThrow(refusal);
  });

  it('is told from a field of the wrong type', () => {
    const code = (value: RecordedEvent) => {
      try {
        return userEvents.parse(value) && 'none';
      } catch (error) {
        return (error as { code: string }).code;
      }
    };
    expect(code(encrypted)).toBe('personal-data-encrypted');
    expect(code(eventOf({ ...data, name: 1 }))).toBe('schema-violation');
  });
});

describe('a key for subscribers', () => {
  it('is read from the answer of the command API, and from nothing else', () => {
    const answer = { userId: 'u1', kid: 'k1', key: key.secret.export().toString('base64') };
    expect(JSON.parse(decryptPersonal(encrypted, personalDataKeyFrom(answer)).data)).toEqual(data);
    for (const wrong of [null, {}, { ...answer, key: 'AA==' }, { ...answer, kid: '' }])
      expect(() => personalDataKeyFrom(wrong)).toThrow(
        expect.objectContaining({ code: 'schema-violation' }) as Error,
      );
  });
});

function flipped(_: string, before: string, letter: string): string {
  return before + (letter === 'A' ? 'B' : 'A');
}

function swapped(text: string): string {
  const { name, email, ...others } = JSON.parse(text) as Record<string, unknown>;
  return JSON.stringify({ ...others, name: email, email: name });
}
