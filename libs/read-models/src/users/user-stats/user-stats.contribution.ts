import type { RecordedEvent, UserEvent } from '@eventfleet/contracts';

/** What a user has added to the counters. */
export interface UserContribution {
  /** The UTC day of the creation, `YYYY-MM-DD`; undefined for a user whose creation was not counted. */
  readonly day: string | undefined;
  readonly isDeleted: boolean;
}

const DELETED = '-';

/** The day of a creation, `-` for a deletion: so a user who came and went has added `2026-03-01-`. */
export function toContribution(event: Pick<RecordedEvent, 'type' | 'occurredAt'>): string {
  const type = event.type as UserEvent['type'];
  if (type === 'user.created') return dayOf(event);
  return type === 'user.deleted' ? DELETED : '';
}

export function fromContribution(contribution: string): UserContribution {
  const day = /^\d{4}-\d{2}-\d{2}/.exec(contribution)?.[0];
  return { day, isDeleted: contribution.slice(day?.length ?? 0) === DELETED };
}

/** In UTC. */
export function dayOf({ occurredAt }: Pick<RecordedEvent, 'occurredAt'>): string {
  return occurredAt.slice(0, 'YYYY-MM-DD'.length);
}
