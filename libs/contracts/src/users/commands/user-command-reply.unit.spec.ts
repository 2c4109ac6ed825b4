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
    { type: 'command.accepted', data: { ...about, commandSource: '/shop', version: 1 } },
  ])('come back as they were sent, keyed by the user: $type', (reply) => {
    const { key, value, headers } = toUserCommandReply(reply, attributes);

    expect(fromUserCommandReply({ key: Buffer.from(key), value: Buffer.from(value), headers })).toEqual(
      reply,
    );
    expect(key).toBe(about.id);
    expect(headers['ce_commandsource']).toBe(reply.data.commandSource);
    expect(headers).toMatchObject({ ce_causationid: 'order 1', ce_subject: about.id, ce_correlationid: 'c' });
  });

  it('have the same id whenever the same command is answered, and another one for another command', () => {
    const idOf = (commandId: string, commandSource?: string, discriminator?: string) =>
      userCommandReplyId({ commandId, ...(commandSource !== undefined && { commandSource }) }, discriminator);
    expect(idOf('a', '/s')).toBe(idOf('a', '/s'));
    const others = [
      idOf('a'),
      idOf('b'),
      idOf('a', undefined, 'b'),
      idOf('a', 'b'),
      idOf('b', 'a'),
      idOf('a', 'b', 'c'),
      idOf('b:c', 'a'),
      idOf('c', 'a:b'),
    ];
    expect(new Set(others).size).toBe(others.length);
  });

  it('keep the id that they had where the command names no source', () => {
    expect(userCommandReplyId({ commandId: 'order 1' })).toBe('46622856-11ac-5f31-8b05-262ae40e1261');
  });
});
