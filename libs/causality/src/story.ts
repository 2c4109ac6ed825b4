import type { InstanceSummary } from '@eventfleet/process-managers';
import type { Match } from './facts.js';

/** What something waits for. */
export type CauseCode =
  | 'parked'
  | 'tail-held'
  | 'relay-never-ran'
  | 'relay-stopped'
  | 'relay-refused'
  | 'relay-behind'
  | 'kafka-unreachable'
  | 'store-unreachable'
  | 'partition-paused'
  | 'no-consumer'
  | 'rebalancing'
  | 'lagging'
  | 'passed-over'
  | 'ahead-of-store';

export interface Cause {
  readonly code: CauseCode;
  /** One sentence. */
  readonly text: string;
  /** Where it says what to do: a heading of docs/operations.md, as its anchor. */
  readonly runbook: string;
}

/** How far a group is with an aggregate. */
export interface GroupStory {
  readonly group: string;
  readonly kind: 'read-model' | 'process-manager';
  /** `unknown`: a source did not answer. */
  readonly state: 'up-to-date' | 'waits' | 'unknown';
  /** The version that it has applied; 0 for none, null if unknown. */
  readonly version: number | null;
  readonly cause?: Cause;
  /** Checkpoint, committed offset, lag, members, attempts: one line each. */
  readonly details: readonly string[];
}

/** One station on an event's way. */
export interface Hop {
  /** `request`, `command`, `store`, `relay kafka`, `topic`, a group, `mail welcome`. */
  readonly place: string;
  readonly state: 'done' | 'waits' | 'unknown';
  readonly text: string;
}

export interface EventStory {
  readonly eventId: string;
  readonly type: string;
  readonly version: number;
  readonly occurredAt: string;
  readonly correlationId: string;
  readonly causationId: string;
  readonly traceId: string | null;
  /** Whether it is one of those that were asked for. */
  readonly isAsked: boolean;
  readonly hops: readonly Hop[];
}

export interface AggregateStory {
  readonly aggregateType: string;
  readonly aggregateId: string;
  readonly version: number;
  readonly topic: string;
  readonly partition: number;
  /** Those that wait come first. */
  readonly groups: readonly GroupStory[];
  readonly events: readonly EventStory[];
  readonly sagas: readonly InstanceSummary[];
}

/** Where an id stands, and what it waits for. Plain JSON, without personal data. */
export interface Story {
  readonly question: string;
  /** RFC 3339: when the facts were gathered. */
  readonly at: string;
  /** Null if the event store did not answer. */
  readonly match: Match | null;
  /** The answer, a line each; the worst first. */
  readonly headline: readonly string[];
  readonly aggregates: readonly AggregateStory[];
  /** The sources that did not answer. What they know is missing. */
  readonly unreachable: readonly { readonly source: string; readonly reason: string }[];
}
