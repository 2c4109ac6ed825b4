import type { IncomingMessage } from '../../cloud-events.js';
import { ContractError } from '../../contract.errors.js';
import { fromUserCommand, toUserCommand, type UserCommandMessage } from './user-command-message.js';

const ID = '0190b6e8-0000-7000-8000-000000000001';
const SENDER = { source: '/shop/checkout', time: '2026-11-24T12:00:00.000Z' };
const create: UserCommandMessage = {
  commandId: 'order 1',
  userId: ID,
  type: 'create-user',
  data: { name: 'Ada', email: 'Ada@example.org' },
};

function incoming(
  command: UserCommandMessage,
  changed: Partial<Record<string, string | null>> = {},
): IncomingMessage {
  const { key, value, headers } = toUserCommand(command, SENDER);
  const kept = Object.entries({ ...headers, ...changed }).filter(([, text]) => text !== null);
  return { key: Buffer.from(key), value: Buffer.from(value), headers: Object.fromEntries(kept) };
}

function codeOf(message: IncomingMessage): string {
  try {
    fromUserCommand(message);
    return 'none';
  } catch (error) {
    if (!(error instanceof ContractError)) throw error;
    expect(error.message).not.toMatch(/Ada|example/);
    return error.code;
  }
}

describe('user commands', () => {
  it.each<UserCommandMessage>([
    create,
    { commandId: '2', userId: ID, type: 'update-user', data: { name: 'Ada' }, expectedVersion: 0 },
    { commandId: '3', userId: ID, type: 'delete-user', data: {}, expectedVersion: 7 },
    { commandId: '4', userId: ID, type: 'remind-user', data: {}, correlationId: 'c', causationId: 'e' },
    {
      commandId: '5',
      userId: ID,
      type: 'deactivate-user',
      data: { reason: 'notification-failed' },
      traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
    },
  ])('come back as they were sent: $type', (command) => {
    expect(fromUserCommand(incoming(command))).toEqual({ ...command, source: SENDER.source });
  });

  it('need no more than a key, an id and a type', () => {
    const { key, value } = toUserCommand(create, SENDER);
    const headers = { ce_id: Buffer.from('order 1'), ce_type: Buffer.from('create-user') };

    expect(
      fromUserCommand({ key: Buffer.from(key.toUpperCase()), value: Buffer.from(value), headers }),
    ).toEqual(create);
  });

  it.each<[string, Partial<Record<string, string | null>>]>([
    ['no id', { ce_id: null }],
    ['an empty id', { ce_id: '' }],
    ['an id that is too long', { ce_id: 'x'.repeat(256) }],
    ['an empty source', { ce_source: '' }],
    ['a source that is too long', { ce_source: 'x'.repeat(1_025) }],
    ['a source with a control character', { ce_source: '/shop\n1' }],
    ['no type', { ce_type: null }],
    ['another subject', { ce_subject: ID.replace('1', '2') }],
    ['another version of CloudEvents', { ce_specversion: '2.0' }],
    ['an expected version that is none', { ce_expectedversion: '' }],
    ['a schema that is none', { ce_dataschema: 'x' }],
  ])('are malformed with %s', (_, changed) => {
    expect(codeOf(incoming(create, changed))).toBe('malformed-message');
  });

  it.each(['x', 'x'.repeat(1_024), 'https://shop.example/läden?a b'])('name their source: %s', (source) => {
    expect(fromUserCommand(incoming(create, { ce_source: source })).source).toBe(source);
  });

  it('are malformed with a source that is no UTF-8', () => {
    const { headers, ...message } = incoming(create);
    const ce_source = Buffer.from([0x2f, 0xff]);
    expect(codeOf({ ...message, headers: { ...headers, ce_source } })).toBe('malformed-message');
  });

  it('are malformed without a key that is a UUID', () => {
    expect(codeOf({ ...incoming(create), key: null })).toBe('malformed-message');
    expect(codeOf({ ...incoming(create, { ce_subject: null }), key: Buffer.from('Ada') })).toBe(
      'malformed-message',
    );
  });

  it.each([null, Buffer.from('{'), Buffer.from([0xff, 0xfe])])('are no JSON with %j', (value) => {
    expect(codeOf({ ...incoming(create), value })).toBe('malformed-json');
  });

  it.each([
    ['[]', 'schema-violation'],
    ['{"name":"","email":"Ada@example.org"}', 'schema-violation'],
    ['{"name":"Ada","email":"Ada"}', 'schema-violation'],
    ['{"name":"Ada","email":"Ada@example.org","role":"admin"}', 'schema-violation'],
  ])('do not fit their schema with %s', (value, code) => {
    expect(codeOf({ ...incoming(create), value: Buffer.from(value) })).toBe(code);
  });

  it('of an unknown type or a later schema are told apart', () => {
    expect(codeOf(incoming(create, { ce_type: 'promote-user' }))).toBe('unknown-event-type');
    expect(codeOf(incoming(create, { ce_dataschema: 'urn:eventfleet:schema:create-user:2' }))).toBe(
      'future-schema-version',
    );
  });
});
