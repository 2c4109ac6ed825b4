import { randomUUID } from 'node:crypto';
import { userEvents, type UserEvent } from '@eventfleet/contracts';
import { envelopes } from '@eventfleet/testing';
import { mailsDue, mayCauseMails } from './mails-due.js';
import { evolve, type NotifiedUser } from './notified-user.js';

const id = randomUUID();
const created: UserEvent = { type: 'user.created', data: { id, name: 'Ann', email: 'ann@example.org' } };
const pending: UserEvent = { type: 'user.created', data: { ...created.data, status: 'pending' } };
const renamed: UserEvent = { type: 'user.updated', data: { id, name: 'Bea' } };
const moved: UserEvent = { type: 'user.updated', data: { id, email: 'bea@example.org' } };
const shouted: UserEvent = { type: 'user.updated', data: { id, email: 'ANN@example.org' } };
const verified: UserEvent = { type: 'user.email-verified', data: { id } };
const reminded: UserEvent = { type: 'user.verification-reminded', data: { id } };
const deactivated: UserEvent = { type: 'user.deactivated', data: { id, reason: 'email-not-verified' } };
const deleted: UserEvent = { type: 'user.deleted', data: { id } };

/** When the event of this version happened, as `envelopes` has it. */
const at = (version: number) => new Date(Date.UTC(2026, 0, 1) + version * 1_000).toISOString();

/** The mails of the last of these events: name, address, user's name, and since when the address is to be verified. */
function due(...history: UserEvent[]): unknown[] {
  const events = envelopes(userEvents, id, history);
  const last = events.pop()!;
  const before = events.reduce<NotifiedUser | undefined>(evolve, undefined);
  const mails = mailsDue(last, before, evolve(before, last));
  if (mails.length > 0) expect(mayCauseMails(last)).toBe(true);
  return mails.map(({ mail, user }) => [mail, user.email, user.name, user.pendingSince]);
}

describe('mails due', () => {
  it.each<[string, UserEvent[], unknown[]]>([
    ['a new user is welcomed', [created], [['welcome', 'ann@example.org', 'Ann', undefined]]],
    ['a pending user too', [pending], [['welcome', 'ann@example.org', 'Ann', at(1)]]],
    ['a new name is no matter', [created, renamed], []],
    [
      'a new email causes a mail to both addresses',
      [created, renamed, moved],
      [
        ['email-changed', 'bea@example.org', 'Bea', undefined],
        ['email-changed-notice', 'ann@example.org', 'Bea', undefined],
      ],
    ],
    [
      'a new email while pending has its whole time',
      [pending, moved],
      [
        ['email-changed', 'bea@example.org', 'Ann', at(2)],
        ['email-changed-notice', 'ann@example.org', 'Ann', at(1)],
      ],
    ],
    [
      'a new email after the verification needs none',
      [pending, verified, moved],
      [
        ['email-changed', 'bea@example.org', 'Ann', undefined],
        ['email-changed-notice', 'ann@example.org', 'Ann', undefined],
      ],
    ],
    [
      'a reminder has what is left of the time',
      [pending, renamed, reminded],
      [['reminder', 'ann@example.org', 'Bea', at(1)]],
    ],
    ['after a new email too', [pending, moved, reminded], [['reminder', 'bea@example.org', 'Ann', at(2)]]],
    ['nobody is reminded for nothing', [pending, verified, reminded], []],
    ['a verification is no matter', [pending, verified], []],
    ['a deactivation neither', [pending, deactivated], []],
    [
      'a deleted user is said goodbye',
      [created, moved, deleted],
      [['goodbye', 'bea@example.org', 'Ann', undefined]],
    ],
    [
      'a deactivated one too',
      [pending, deactivated, deleted],
      [['goodbye', 'ann@example.org', 'Ann', undefined]],
    ],
  ])('%s', (_, history, expected) => {
    expect(due(...history)).toEqual(expected);
  });
});

describe('an address', () => {
  it.each<[string, UserEvent[], boolean]>([
    ['of a user who never had to verify it', [created], false],
    ['of a user who has verified it', [pending, verified], true],
    ['of a user who has verified another one', [pending, verified, moved], false],
    ['that differs from the verified one in its case alone', [pending, verified, shouted], true],
    ['of a user whom nobody verified in time', [pending, deactivated], false],
  ])('%s is verified: %#', (_, history, isVerified) => {
    const user = envelopes(userEvents, id, history).reduce<NotifiedUser | undefined>(evolve, undefined);
    expect(user?.isVerified).toBe(isVerified);
  });
});
