import { ONBOARDING_TIMEOUT_MS } from '../onboarding.ts';
import type { Evidence, StoredEvent } from './evidence.ts';
import { emailKeyOf, fieldsOf, historiesOf, isDeleted } from './histories.ts';
import type { Violation } from './violation.ts';

/**
 * Every onboarding has ended: verified, deactivated, or the user is deleted. Nobody was reminded twice in one period,
 * and nobody reminded or deactivated before the time. A period begins with the creation, and anew with each email. But a
 * command under way names its email, not its period: it still counts if the user has that email again.
 */
export function auditOnboarding({ stored }: Pick<Evidence, 'stored'>): Violation[] {
  return [...historiesOf(stored)].flatMap(([userId, history]) => auditUser(userId, history));
}

function auditUser(userId: string, history: readonly StoredEvent[]): Violation[] {
  const found: Violation[] = [];
  let status = '';
  let periodFrom = 0;
  let reminders = 0;
  const firstPeriodOf = new Map<string, number>();
  for (const event of history) {
    const at = Date.parse(event.occurredAt);
    const where = `user ${userId}: ${event.type} at version ${event.version}`;
    if (event.type === 'user.verification-reminded') {
      reminders++;
      if (reminders > 1) found.push({ kind: 'reminded-twice', detail: where });
      if (at < periodFrom + ONBOARDING_TIMEOUT_MS / 2) found.push({ kind: 'reaction-early', detail: where });
    }
    if (event.type === 'user.deactivated' && at < periodFrom + ONBOARDING_TIMEOUT_MS)
      found.push({ kind: 'reaction-early', detail: where });
    const fields = fieldsOf(event);
    if (fields.email !== undefined) {
      const key = emailKeyOf(fields.email);
      periodFrom = firstPeriodOf.get(key) ?? at;
      firstPeriodOf.set(key, periodFrom);
      reminders = 0;
    }
    status = fields.status ?? status;
  }
  if (status === 'pending' && !isDeleted(history))
    found.push({ kind: 'onboarding-unended', detail: `user ${userId}` });
  return found;
}
