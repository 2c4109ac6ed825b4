import type { CommandCatalog } from './command-catalog.js';

/** A topic whose records have the id of an aggregate as key. All such topics have the same number of partitions. */
export interface KeyedTopic {
  readonly name: string;
  /** For how many days a record is kept; absent: for ever. */
  readonly keptDays?: number;
  /** Whether the broker says when a record came. Absent: its producer does. */
  readonly isStampedByBroker?: true;
}

const KEPT_DAYS = 7;

export function commandTopics({ topic, replyTopic }: CommandCatalog): readonly KeyedTopic[] {
  return [
    // The token of a command is judged by that time.
    { name: topic, keptDays: KEPT_DAYS, isStampedByBroker: true },
    { name: replyTopic, keptDays: KEPT_DAYS },
  ];
}
