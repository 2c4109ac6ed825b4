import type { Claim, Evidence } from './evidence.ts';
import {
  emailKeyOf,
  historiesOf,
  holdersOf,
  rowOf,
  describeHistory,
  type Histories,
  type Holders,
} from './histories.ts';
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
  const liveHolders = new Map<string, string[]>();
  for (const [userId, history] of histories) {
    const versions = history.map(({ version }) => version);
    if (versions.some((version, index) => version !== index + 1))
      found.push({ kind: 'version-gap', detail: `user ${userId}: ${versions.join(', ')}` });
    const row = rowOf(history);
    if (!row) continue;
    const key = emailKeyOf(row.email);
    liveHolders.set(key, [...(liveHolders.get(key) ?? []), userId]);
  }
  return [...found, ...auditClaims(claims, liveHolders, holdersOf(stored), histories)];
}

function auditClaims(
  claims: readonly Claim[],
  liveHolders: ReadonlyMap<string, readonly string[]>,
  everHolders: Holders,
  histories: Histories,
): Violation[] {
  const found: Violation[] = [];
  const claimed = new Map(claims.map(({ key, userId }) => [key, userId]));
  const describe = (userId: string) => describeHistory(userId, histories.get(userId));
  for (const [key, userIds] of liveHolders) {
    if (userIds.length > 1)
      found.push({ kind: 'email-shared', detail: `live users ${userIds.map(describe).join(' and ')}` });
    const owner = claimed.get(key);
    if (owner === undefined || !userIds.includes(owner)) {
      const instead = owner === undefined ? 'nobody' : describe(owner);
      found.push({ kind: 'claim-missing', detail: `${describe(userIds[0]!)}; it is with ${instead}` });
    }
    claimed.delete(key);
  }
  for (const [key, userId] of claimed) {
    const others = [...(everHolders.get(key) ?? [])].filter((other) => other !== userId);
    const also = others.length > 0 ? `, also had by ${others.map(describe).join(' and ')}` : '';
    found.push({ kind: 'claim-left', detail: `${describe(userId)}${also}` });
  }
  return found;
}
