import {
  fromUserCommandReply,
  toUserCommandReply,
  userCommandReplyId,
  type UserCommandReply,
} from './user-command-reply.js';

const about = { commandId: 'order 1', type: 'create-user', id: '0190b6e8-0000-7000-8000-000000000001' };
const attributes = { correlationId: 'c', traceparent: '', time: '2026-11-24T12:00:00.000Z' };

describe('replies to user commands', () => {
  it.each<UserCommandReply>([
    { type: 'command.accepted', data: { ...about, version: 1 } },
    { type: 'command.rejected', data: { ...about, code: 'user-already-exists', detail: 'used' } },
  ])('come back as they were sent, keyed by the user: $type', (reply) => {
    const { key, value, headers } = toUserCommandReply(reply, attributes);

    expect(fromUserCommandReply({ key: Buffer.from(key), value: Buffer.from(value), headers })).toEqual(
      reply,
    );
    expect(key).toBe(about.id);
    expect(headers).toMatchObject({ ce_causationid: 'order 1', ce_subject: about.id, ce_correlationid: 'c' });
  });

  it('have the same id whenever the same command is answered, and another one for another command', () => {
    expect(userCommandReplyId('a')).toBe(userCommandReplyId('a'));
    expect(
      new Set([userCommandReplyId('a'), userCommandReplyId('b'), userCommandReplyId('a', 'b')]).size,
    ).toBe(3);
  });
});
