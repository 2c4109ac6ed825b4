import type { Evidence } from './evidence.ts';
import { emailKeyOf, historiesOf, rowOf } from './histories.ts';
import type { Violation } from './violation.ts';

/** The store in itself: versions without gaps, each event made by a command, and exactly the claims of live users. */
export function auditStore({ entries, stored, claims }: Evidence): Violation[] {
  const found: Violation[] = [];
  const commands = new Set(entries.map(({ command }) => command.id));
  for (const { userId, version, commandId } of stored) {
    if (!commands.has(commandId))
      found.push({ kind: 'event-of-nobody', detail: `user ${userId} at version ${version}` });
  }
  const histories = historiesOf(stored);
  const holders = new Map<string, string[]>();
  for (const [userId, history] of histories) {
    const versions = history.map(({ version }) => version);
    if (versions.some((version, index) => version !== index + 1))
      found.push({ kind: 'version-gap', detail: `user ${userId}: ${versions.join(', ')}` });
    const row = rowOf(history);
    if (row) holders.set(emailKeyOf(row.email), [...(holders.get(emailKeyOf(row.email)) ?? []), userId]);
  }
  const claimed = new Map(claims.map(({ key, userId }) => [key, userId]));
  for (const [key, userIds] of holders) {
    if (userIds.length > 1)
      found.push({ kind: 'email-shared', detail: `live users ${userIds.join(' and ')}` });
    const owner = claimed.get(key);
    if (owner === undefined || !userIds.includes(owner))
      found.push({ kind: 'claim-missing', detail: `user ${userIds[0]}; it is with ${owner ?? 'nobody'}` });
    claimed.delete(key);
  }
  for (const userId of claimed.values()) found.push({ kind: 'claim-left', detail: `user ${userId}` });
  return found;
}
