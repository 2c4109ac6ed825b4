import {
  fromUserCommandReply,
  type CloudEventMessage,
  type ReceivedUserCommand,
} from '@eventfleet/contracts';
import { UserNotFound } from '../user.errors.js';
import { IncomingUserCommand } from './incoming-user-command.js';

const ID = '0190b6e8-0000-7000-8000-000000000001';
const TIME = '2026-11-24T12:00:00.000Z';
const command: ReceivedUserCommand = {
  commandId: 'order 1',
  source: '/shop',
  userId: ID,
  type: 'update-user',
  data: { name: 'Ada', email: 'ada@example.org' },
  expectedVersion: 3,
  correlationId: 'c',
};
const incoming = new IncomingUserCommand(command, TIME);

const read = (message: CloudEventMessage) =>
  fromUserCommandReply({ ...message, key: Buffer.from(message.key), value: Buffer.from(message.value) });

function fingerprintOf(changed: Partial<ReceivedUserCommand>): string | undefined {
  const other = { ...command, ...changed } as ReceivedUserCommand;
  return new IncomingUserCommand(other, TIME).context.idempotency?.fingerprint;
}

describe('a command over Kafka', () => {
  it('is identified by its source and id, and the cause of its events', () => {
    const { metadata, idempotency, expectedVersions } = incoming.context;

    expect(idempotency).toMatchObject({ scope: 'user-commands', formerKey: 'order 1' });
    expect(metadata).toMatchObject({ causationId: 'order 1', correlationId: 'c' });
    expect(metadata.traceparent).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/);
    expect(expectedVersions).toEqual([3]);
  });

  it('has another key than every other pair of source and id, and a short one', () => {
    const keyOf = (source: string | undefined, commandId: string) => {
      const { source: _, ...anonymous } = command;
      const from = { ...anonymous, commandId, ...(source !== undefined && { source }) };
      return new IncomingUserCommand(from, TIME).context.idempotency?.key ?? '';
    };
    const keys = [
      keyOf('a', 'b:c'),
      keyOf('a:b', 'c'),
      keyOf(undefined, 'c'),
      keyOf('x'.repeat(1_024), 'y'.repeat(255)),
    ];
    expect(new Set(keys).size).toBe(4);
    // So it can be no id, which is printable.
    for (const key of keys) expect(key).toContain('\n');
    expect(Math.max(...keys.map((key) => key.length))).toBeLessThan(300);
    expect(keyOf('a', 'c')).toBe(keyOf('a', 'c'));
  });

  it('gets a correlation of its own where it brings none that can be used', () => {
    const { correlationId } = new IncomingUserCommand({ ...command, correlationId: 'a\nb' }, TIME)
      .correlation;

    expect(correlationId).toMatch(/^[0-9a-f-]{36}$/);
  });

  it('is the same again whatever the order of its fields and its correlation, and another one with any other content', () => {
    expect(fingerprintOf({ data: { email: 'ada@example.org', name: 'Ada' }, correlationId: 'd' })).toBe(
      fingerprintOf({}),
    );
    const others: Partial<ReceivedUserCommand>[] = [
      { data: { name: 'Eve', email: 'ada@example.org' } },
      { type: 'delete-user', data: {} },
      { userId: ID.replace('1', '2') },
      { expectedVersion: 4 },
    ];
    expect(new Set([{}, ...others].map(fingerprintOf)).size).toBe(5);
  });

  it('is replied to with the version, or with the refusal', () => {
    const about = { commandId: 'order 1', commandSource: '/shop', type: 'update-user', id: ID };
    const accepted = incoming.replyTo({ kind: 'accepted', version: 4, events: [] });
    const refused = incoming.replyTo({ kind: 'refused', error: new UserNotFound() });

    expect(read(accepted)).toEqual({ type: 'command.accepted', data: { ...about, version: 4 } });
    expect(read(refused)).toMatchObject({
      type: 'command.rejected',
      data: { ...about, code: 'user-not-found' },
    });
  });

  it('is replied to with the stored reply when it comes again, whatever the time', () => {
    const first = incoming.replyTo({ kind: 'accepted', version: 4, events: [] });
    const answer = incoming.context.idempotency?.render({ kind: 'accepted', version: 4, events: [] }) ?? '';
    const later = new IncomingUserCommand({ ...command, correlationId: 'd' }, '2026-11-25T12:00:00.000Z');

    expect(later.replyTo({ kind: 'replayed', answer })).toEqual(first);
  });

  it('that takes the id of another one is rejected in a reply of its own', () => {
    const rejection = incoming.rejection({ code: 'idempotency-key-reused', message: 'used' });
    const { headers } = incoming.replyTo({ kind: 'accepted', version: 4, events: [] });

    expect(read(rejection).data).toMatchObject({ commandId: 'order 1', code: 'idempotency-key-reused' });
    expect(rejection.headers['ce_id']).not.toBe(headers['ce_id']);
  });
});
