import { userEvents, type RecordedEvent, type UserEvent } from '@eventfleet/contracts';
import type { Projection } from '@eventfleet/projections';
import { addToDays, addToTotals, READ_COUNTERS } from './user-stats.statements.js';

/** What one run of events adds to the counters of its partition. */
export interface UserStatsChanges {
  readonly partition: number;
  readonly created: number;
  readonly deleted: number;
  /** New users by UTC day, `YYYY-MM-DD`. */
  readonly createdPerDay: ReadonlyMap<string, number>;
}

/** How many users there are and were. Counters go wrong at the first repeat: they show that effects happen once. */
export const userStats: Projection<UserEvent, UserStatsChanges> = {
  name: 'user-stats',
  catalog: userEvents,

  project(events, partition) {
    let created = 0;
    let deleted = 0;
    const createdPerDay = new Map<string, number>();
    for (const event of events) {
      switch (event.type) {
        case 'user.created': {
          const day = dayOf(event);
          createdPerDay.set(day, (createdPerDay.get(day) ?? 0) + 1);
          created++;
          break;
        }
        case 'user.deleted':
          deleted++;
          break;
        case 'user.updated':
        case 'user.email-verified':
        case 'user.verification-reminded':
        case 'user.deactivated':
        case 'user.erased':
          break;
      }
    }
    return { partition, created, deleted, createdPerDay };
  },

  tables: ['user_stats', 'user_stats_days'],

  contributionOf: toContribution,

  counters: {
    read: READ_COUNTERS,
    addedBy(contribution) {
      const { day, isDeleted } = fromContribution(contribution);
      return new Map([
        ...(day === undefined
          ? []
          : ([
              ['total', 1],
              [day, 1],
            ] as const)),
        ...(isDeleted ? ([['deleted', 1]] as const) : []),
      ]);
    },
    add(partition, changes) {
      const { total = 0, deleted = 0, ...days } = Object.fromEntries(changes);
      const createdPerDay = new Map(Object.entries(days));
      return userStats.statements({ partition, created: total, deleted, createdPerDay });
    },
  },

  forget({ partition, contribution }) {
    const { day, isDeleted } = fromContribution(contribution);
    const createdPerDay = new Map(day === undefined ? [] : [[day, -1]]);
    return { partition, created: day === undefined ? 0 : -1, deleted: isDeleted ? -1 : 0, createdPerDay };
  },

  statements(...changes) {
    const totals = changes.filter(({ created, deleted }) => created !== 0 || deleted !== 0);
    const days = changes.flatMap(({ partition, createdPerDay }) =>
      Array.from(createdPerDay, ([day, created]) => ({ partition, day, created })),
    );
    return [
      ...(totals.length > 0 ? [addToTotals(totals)] : []),
      ...(days.length > 0 ? [addToDays(days)] : []),
    ];
  },
};

/** What a user has added to the counters. */
interface UserContribution {
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

function fromContribution(contribution: string): UserContribution {
  const day = /^\d{4}-\d{2}-\d{2}/.exec(contribution)?.[0];
  return { day, isDeleted: contribution.slice(day?.length ?? 0) === DELETED };
}

/** In UTC. */
function dayOf({ occurredAt }: Pick<RecordedEvent, 'occurredAt'>): string {
  return occurredAt.slice(0, 'YYYY-MM-DD'.length);
}
