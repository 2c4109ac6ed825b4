import { DEAD_LETTER_GROUPS } from './dead-letter-groups.js';

/** What an app does on Kafka. Names are without prefix; whoever reads or writes a topic may look at it too. */
export interface TopicAccess {
  readonly writes: readonly string[];
  readonly reads: readonly string[];
  /** Topics whose records it deletes. */
  readonly deletes?: readonly string[];
  /** Consumer groups that it is in, or whose offsets it keeps. */
  readonly groups: readonly string[];
  /** Consumer groups that it looks at. */
  readonly watches?: readonly string[];
}

const DEAD_LETTER_TOPICS = DEAD_LETTER_GROUPS.map((group) => `${group}.dead-letter`);
/** They keep which dead letters were retried. */
const RETRY_GROUPS = DEAD_LETTER_TOPICS.map((topic) => `${topic}.retry`);

/** The apps that know Kafka, and all that they need there. Only command-api, whose relay it is, writes events of users. */
export const TOPIC_ACCESS = {
  'command-api': {
    // The dead letters of others, and the deletions, are for erasures.
    writes: ['user-events', 'user-command-replies', 'fleet-notices', ...DEAD_LETTER_TOPICS],
    reads: ['user-events', 'user-commands', ...DEAD_LETTER_TOPICS],
    deletes: ['user-commands', ...DEAD_LETTER_TOPICS],
    groups: ['command-api', 'command-api.relay'],
    watches: RETRY_GROUPS,
  },
  projector: {
    writes: ['user-list.dead-letter', 'user-stats.dead-letter'],
    reads: ['user-events'],
    groups: ['user-list', 'user-stats'],
  },
  'process-manager': {
    writes: ['user-commands', 'onboarding.dead-letter'],
    reads: ['user-events', 'notification-events', 'user-commands'],
    groups: ['onboarding'],
  },
  notifier: { writes: ['notification-events'], reads: [], groups: [] },
  // It publishes dead letters again, but those of events: what is no event of the store must not become one.
  console: {
    writes: ['user-commands', 'notification-events'],
    reads: [
      'user-events',
      'user-commands',
      'user-command-replies',
      'notification-events',
      'fleet-notices',
      ...DEAD_LETTER_TOPICS,
    ],
    groups: RETRY_GROUPS,
    watches: ['user-list', 'user-stats', 'onboarding'],
  },
} as const satisfies Readonly<Record<string, TopicAccess>>;

/** The same access under full names. */
export function withTopicPrefix(
  prefix: string,
  { writes, reads, deletes = [], groups, watches = [] }: TopicAccess,
) {
  const full = (names: readonly string[]) => names.map((name) => prefix + name);
  return {
    writes: full(writes),
    reads: full(reads),
    deletes: full(deletes),
    groups: full(groups),
    watches: full(watches),
  };
}
