/** Topics of the fleet. Names are part of the contract with other services. */
export const TOPICS = {
  userEvents: 'user-events',
  userCommands: 'user-commands',
  userCommandReplies: 'user-command-replies',
  notificationEvents: 'notification-events',
} as const;

/** What a topic with a key is like. All of them have the same number of partitions. */
export interface KeyedTopic {
  readonly name: string;
  /** For how many days a record is kept; absent: for ever. */
  readonly keptDays?: number;
  /** Whether the broker undoes compression: other services may compress with what our client cannot read. */
  readonly isUncompressed?: boolean;
}

/** Every topic with a key, as `fleet migrate` makes it. An aggregate of its own gets its lines here. */
export const KEYED_TOPICS: readonly KeyedTopic[] = [
  { name: TOPICS.userEvents },
  { name: TOPICS.userCommands, keptDays: 7, isUncompressed: true },
  { name: TOPICS.userCommandReplies, keptDays: 7 },
  { name: TOPICS.notificationEvents },
];

/** The consumer groups, of those without a database of their own, whose failed records go to `<group>.dead-letter`. */
export const DEAD_LETTER_GROUPS: readonly string[] = ['command-api'];
