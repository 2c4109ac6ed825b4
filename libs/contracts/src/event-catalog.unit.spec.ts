import { z } from 'zod';
import { defineEventCatalog, defineEvent } from './event-catalog.js';
import type { RecordedEvent } from './event-envelope.js';

const opened = defineEvent('account.opened', 3, z.object({ owner: z.string(), currency: z.string() }));
const catalog = defineEventCatalog({
  aggregateType: 'account',
  topic: 'account-events',
  events: [opened],
  upcasters: {
    'account.opened:1': (data) => ({ owner: (data as { name: string }).name }),
    'account.opened:2': (data) => ({ ...(data as object), currency: 'EUR' }),
  },
});

function recorded(data: string, schemaVersion: number, type = 'account.opened'): RecordedEvent {
  const ids = {
    eventId: 'e',
    aggregateType: 'account',
    aggregateId: 'a',
    correlationId: 'c',
    causationId: 'k',
  };
  return {
    ...ids,
    type,
    schemaVersion,
    version: 1,
    globalPosition: '1',
    occurredAt: 't',
    data,
    traceparent: '',
  };
}

describe('event catalog', () => {
  it('lifts old events step by step to the schema of today', () => {
    expect(catalog.parse(recorded('{"name":"Ada"}', 1))).toMatchObject({
      schemaVersion: 3,
      data: { owner: 'Ada', currency: 'EUR' },
    });
    expect(catalog.parse(recorded('{"owner":"Ada"}', 2)).data).toEqual({ owner: 'Ada', currency: 'EUR' });
    expect(catalog.schemaVersionOf('account.opened')).toBe(3);
  });

  it('drops fields that it does not know', () => {
    const data = '{"owner":"Ada","currency":"EUR","colour":"red"}';
    expect(catalog.parse(recorded(data, 3)).data).toEqual({ owner: 'Ada', currency: 'EUR' });
  });

  it.each([
    ['malformed-json', recorded('{', 3)],
    ['unknown-event-type', recorded('{}', 1, 'account.frozen')],
    ['future-schema-version', recorded('{}', 4)],
    ['schema-violation', recorded('{"owner":7,"currency":"secret"}', 3)],
  ])('refuses with %s, and never shows the data', (code, event) => {
    const refusal = (() => {
      try {
        return catalog.parse(event);
      } catch (error) {
        return error;
      }
    })();
    expect(refusal).toMatchObject({ code });
    expect(refusal).not.toHaveProperty('cause');
    expect(String(refusal)).not.toContain('secret');
  });
});
