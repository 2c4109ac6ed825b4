/** What the page shows of the fleet. Types alone: the page imports this file too. */

export type FlowState =
  /** It keeps up. */
  | 'ok'
  /** It lags, and goes on. */
  | 'behind'
  /** It lags, and does not go on. */
  | 'stopped'
  /** Its server does not answer. */
  | 'unknown';

/** What is wrong, why, and what to do. */
export interface Trouble {
  readonly severity: 'error' | 'warning';
  readonly what: string;
  readonly why: string;
  readonly todo: string;
  /** The page that shows more; null if there is none. */
  readonly page: string | null;
}

export interface RelayView {
  readonly relay: string;
  readonly state: FlowState;
  /** The process that publishes; null if nobody does. */
  readonly holder: string | null;
  readonly epoch: string;
  /** Events that are not published. */
  readonly backlog: number;
  /** Of the oldest of them. */
  readonly ageSeconds: number;
}

export interface TopicView {
  readonly topic: string;
  readonly partitions: number;
  readonly records: number;
  /** Null before it is known. */
  readonly perSecond: number | null;
}

export interface PartitionView {
  readonly topic: string;
  readonly partition: number;
  readonly applied: number;
  readonly lag: number;
  /** It lags, and has not gone on for ten seconds. */
  readonly isStopped: boolean;
}

export interface ConsumerView {
  readonly name: string;
  readonly kind: 'projection' | 'process-manager';
  readonly state: FlowState;
  readonly applied: number;
  readonly lag: number;
  readonly perSecond: number | null;
  /** Processes that consume; null if Kafka does not say. */
  readonly members: number | null;
  readonly parkedKeys: number;
  readonly parkedEvents: number;
  /** Of a process manager; null for a projection. */
  readonly instances: number | null;
  readonly timersDue: number | null;
  readonly partitions: readonly PartitionView[];
}

export interface VerificationView {
  readonly projection: string;
  /** Aggregates of the pass under way. */
  readonly checked: number;
  readonly lastPass: { readonly checked: number; readonly seconds: number; readonly endedAt: string } | null;
}

export interface DeadLettersView {
  readonly name: string;
  readonly waiting: number;
}

export interface FleetView {
  readonly troubles: readonly Trouble[];
  readonly servers: readonly { readonly name: string; readonly down: string | null }[];
  /** Appended events a second; null before it is known. */
  readonly appendedPerSecond: number | null;
  readonly relays: readonly RelayView[];
  readonly topics: readonly TopicView[];
  readonly consumers: readonly ConsumerView[];
  readonly verifications: readonly VerificationView[];
  readonly deadLetters: readonly DeadLettersView[];
  /** Aggregates of which the store and Kafka tell different stories. */
  readonly historyConflicts: number;
}
