import type { Evidence } from './evidence.ts';
import type { Violation } from './violation.ts';

export interface TopicAudit {
  readonly violations: readonly Violation[];
  /** Records of events that had appeared before. */
  readonly repeats: number;
  /** Records of events that the store has not, or not so, of users who are named for that. */
  readonly namedDifferences: number;
}

/** Every stored event is in Kafka as it is stored, and first appears in version order of its user; nothing else is there. */
export function auditTopic({ stored, records, poisoned, named }: Evidence): TopicAudit {
  const violations: Violation[] = [];
  const missing = new Map(stored.map((event) => [identityOf(event), event]));
  const all = new Map(missing);
  const rogueKeys = new Set(poisoned);
  const namedUsers = new Set(named);
  const lastSeen = new Map<string, { readonly version: number; readonly partition: number }>();
  let repeats = 0;
  let namedDifferences = 0;
  for (const { partition, offset, key, event } of records) {
    const place = `offset ${offset} of partition ${partition}`;
    if (!event) {
      if (!rogueKeys.has(key)) violations.push({ kind: 'foreign-record', detail: place });
      continue;
    }
    const { userId, version } = event;
    const where = `user ${userId} at version ${version}, ${place}`;
    const original = all.get(identityOf(event));
    const isSame =
      original?.eventId === event.eventId && original.type === event.type && original.data === event.data;
    if (isSame) missing.delete(identityOf(event));
    else if (namedUsers.has(userId)) namedDifferences++;
    else
      violations.push({
        kind: original ? 'another-event-in-kafka' : 'kafka-event-not-stored',
        detail: where,
      });

    const last = lastSeen.get(userId) ?? { version: 0, partition };
    if (last.partition !== partition)
      violations.push({ kind: 'two-partitions', detail: `${where}, before in partition ${last.partition}` });
    if (version <= last.version) repeats++;
    else if (version > last.version + 1)
      violations.push({ kind: 'kafka-out-of-order', detail: `${where}, after version ${last.version}` });
    if (version > last.version) lastSeen.set(userId, { version, partition });
  }
  for (const { userId, version } of missing.values())
    violations.push({ kind: 'not-in-kafka', detail: `user ${userId} at version ${version}` });
  return { violations, repeats, namedDifferences };
}

function identityOf({ userId, version }: { readonly userId: string; readonly version: number }): string {
  return `${userId}/${version}`;
}
