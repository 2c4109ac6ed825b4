import { auditOnboarding } from './audit-onboarding.ts';
import type { StoredEvent } from './evidence.ts';

const USER = 'user-id';

/** The events of a user, each with the second at which it happened. */
function historyOf(
  ...events: readonly (readonly [second: number, type: string, data: object])[]
): StoredEvent[] {
  return events.map(([second, type, data], index) => ({
    eventId: `event-${index}`,
    userId: USER,
    version: index + 1,
    type,
    data: JSON.stringify({ id: USER, ...data }),
    occurredAt: new Date(second * 1_000).toISOString(),
    commandId: `command-${index}`,
  }));
}

const created = [0, 'user.created', { name: 'Ann', email: 'ann@example.org', status: 'pending' }] as const;
const deactivatedAt = (second: number) =>
  [second, 'user.deactivated', { reason: 'email-not-verified' }] as const;
const changedTo = (email: string, second: number) => [second, 'user.updated', { email }] as const;

describe('a deactivation', () => {
  it('is early if another email was set a moment ago', () => {
    const stored = historyOf(created, changedTo('ann@example.com', 15), deactivatedAt(21));
    expect(auditOnboarding({ stored })).toEqual([
      { kind: 'reaction-early', detail: `user ${USER}: user.deactivated at version 3` },
    ]);
  });

  it('that was under way counts if the email was changed and changed back', () => {
    const away = changedTo('ann@example.com', 20.1);
    const stored = historyOf(created, away, changedTo('ANN@example.org', 20.2), deactivatedAt(20.3));
    expect(auditOnboarding({ stored })).toEqual([]);
  });

  it('is early if the email has come back within its first period', () => {
    const away = changedTo('ann@example.com', 5);
    const stored = historyOf(created, away, changedTo('ann@example.org', 6), deactivatedAt(10));
    expect(auditOnboarding({ stored })).toMatchObject([{ kind: 'reaction-early' }]);
  });
});
