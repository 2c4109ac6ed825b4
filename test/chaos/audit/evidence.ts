import type { DoubtfulRead, LedgerEntry } from '../load/ledger.ts';

/** An event as it lies in the store. */
export interface StoredEvent {
  readonly eventId: string;
  readonly userId: string;
  readonly version: number;
  readonly type: string;
  /** JSON, as it was written. */
  readonly data: string;
  /** RFC 3339, UTC, milliseconds. */
  readonly occurredAt: string;
  /** The id of the command that made it. */
  readonly commandId: string;
}

/** An email that the store holds to be taken. */
export interface Claim {
  readonly key: string;
  readonly userId: string;
}

/** A record of `user-events`; without an event when it is none of the fleet's. */
export interface TopicRecord {
  readonly partition: number;
  readonly offset: string;
  readonly key: string;
  readonly event?: Omit<StoredEvent, 'occurredAt'>;
}

export interface UserRow {
  readonly id: string;
  readonly name: string;
  readonly email: string;
  readonly status: string;
  readonly version: number;
  readonly createdAt: string;
  readonly updatedAt: string;
}

export interface Counters {
  readonly total: number;
  readonly existing: number;
  readonly deleted: number;
  readonly createdPerDay: readonly { readonly day: string; readonly count: number }[];
}

/** A mail, by the event that it tells of. */
export interface SentMail {
  readonly eventId: string;
  readonly mail: string;
}

/** Milliseconds since 1970. */
export interface LossWindow {
  readonly from: number;
  readonly to: number;
}

/** Everything that the audit checks: the answers that clients had, and what was found afterwards, from outside. */
export interface Evidence {
  readonly entries: readonly LedgerEntry[];
  readonly doubtfulReads: readonly DoubtfulRead[];
  readonly stored: readonly StoredEvent[];
  readonly claims: readonly Claim[];
  /** By partition, each in the order of its log. */
  readonly records: readonly TopicRecord[];
  /** The read table. */
  readonly rows: readonly UserRow[];
  /** The same as query-api lists it. */
  readonly listed: readonly UserRow[];
  readonly counters: Counters;
  /** Whether anybody sends mails. */
  readonly hasNotifier: boolean;
  /** Every mail that a mail server has taken. */
  readonly mails: readonly SentMail[];
  /** How often the notifier could not know whether a mail was taken, as it counts itself. */
  readonly unknownMails: number;
  /** Users under whose keys a rogue producer wrote. */
  readonly poisoned: readonly string[];
  /** Users of whom events were parked, at any time. */
  readonly parked: readonly string[];
  /** When a commit may have been acknowledged that no server has any more; none if commits wait for the standby. */
  readonly lossWindows: readonly LossWindow[];
  /** Users of whom the operators' command line says that the store and Kafka differ. */
  readonly named: readonly string[];
  /** The ids of the events that each reader of the stream got, in their order. */
  readonly streams: readonly (readonly string[])[];
  /** What did not come to rest in time; empty when everything did. */
  readonly unfinished: readonly string[];
}
