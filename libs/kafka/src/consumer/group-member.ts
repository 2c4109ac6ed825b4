import type { TopicIdentity } from '../topic-identity.js';
import type { ConsumerTuning } from './consumer-tuning.js';
import type { BatchHandler, MessageBatch } from './message-batch.js';

/** By topic, the partitions that a member was given. */
export type Assignment = Readonly<Record<string, readonly number[]>>;

/** Where a group goes on in a partition. */
export interface PartitionOffset {
  readonly topic: string;
  readonly partition: number;
  readonly offset: string;
}

/** Partitions of a topic, all of them unless some are named. */
export interface TopicPartitions {
  readonly topic: string;
  readonly partitions?: readonly number[];
}

/** What the handling of a batch reports to its consumer. */
export interface BatchProgress {
  /** Whether to leave the rest of a batch for later: the consumer stops, or lost its place. */
  shouldYield(): boolean;
  isHung(): boolean;
  hung(batch: MessageBatch): void;
  handled(batch: MessageBatch): void;
  /** The handler wants to go on from elsewhere. */
  moved(batch: MessageBatch, next: bigint): void;
  failed(batch: MessageBatch, error: unknown): void;
}

export interface BatchWorkerOptions {
  readonly handler: BatchHandler;
  readonly identity: TopicIdentity;
  readonly progress: BatchProgress;
  readonly chunkSize: number;
  readonly heartbeatIntervalMs: number;
  readonly handlerTimeoutMs: number;
}

/** What one fetch brought of one partition. */
export interface FetchedBatch {
  readonly topic: string;
  /** Handles it chunk after chunk, until it is done or has to be left: the rest is fetched again then. */
  handle(options: BatchWorkerOptions): Promise<void>;
}

/** What becomes of a member. */
export interface GroupMemberEvents {
  /** It joined its group, or was given other partitions. */
  joined(assignment: Assignment): void;
  /** The group has answered its heartbeat. */
  heartbeat(): void;
  /** It cannot go on, and has disconnected. It comes back by itself if `restarts`; else `mayReopen` says whether that can help. */
  crashed(error: Error, crash: { readonly restarts: boolean; readonly mayReopen: boolean }): void;
}

export interface GroupMemberOptions {
  /** The full name, with prefix. */
  readonly group: string;
  readonly tuning: ConsumerTuning;
  /** Asked after a failure that may pass: whether to come back. */
  readonly mayRestart: () => boolean;
  readonly events: GroupMemberEvents;
}

/**
 * One member of a consumer group, as the client has it. `seek`, `pause` and `resume` throw while it is not running.
 * It never commits by itself.
 */
export interface GroupMember {
  /** Connects and joins; fetches one batch of a partition at a time. Throws when that fails; call it again then. */
  run(topics: readonly string[], onBatch: (batch: FetchedBatch) => Promise<void>): Promise<void>;
  seek(topic: string, partition: number, next: bigint): void;
  pause(topics: readonly TopicPartitions[]): void;
  resume(topics: readonly TopicPartitions[]): void;
  commit(offsets: readonly PartitionOffset[]): Promise<void>;
  /** Leaves the group. */
  disconnect(): Promise<void>;
}
