import type { EventTrace, StreamId, TailBlocker } from '@eventfleet/event-store';
import type { GroupDescription, StoppedPartition } from '@eventfleet/kafka';
import type { MailState } from '@eventfleet/notifications';
import type { RelayCheckpoint, RelayStatus } from '@eventfleet/outbox-relay';
import type { InstanceSummary } from '@eventfleet/process-managers';
import type { AppliedVersion, ParkedAggregate, PartitionCheckpoint } from '@eventfleet/projections';
import type { Part } from '@eventfleet/resilience';

/** What an id turned out to be. */
export type Match = 'aggregate' | 'event' | 'correlation' | 'none';

/** A consumer group that applies events. */
export interface GroupName {
  /** Its projection's, without a prefix. */
  readonly name: string;
  /** In Kafka. */
  readonly fullName: string;
  readonly kind: 'read-model' | 'process-manager';
  /** Which app consumes for it. */
  readonly app: string;
  /** The full names of what it consumes. */
  readonly topics: readonly string[];
}

/** All that was found of an id. What does not answer is a part that is not ok. Holds no data of events. */
export interface Facts {
  readonly at: Date;
  readonly question: string;
  readonly groups: readonly GroupName[];
  readonly eventStore: Part<EventStoreFacts>;
  readonly kafka: Part<KafkaFacts>;
  readonly readStore: Part<GroupFacts>;
  readonly processManagers: Part<ProcessManagerFacts>;
  readonly mails: Part<readonly MailState[]>;
  readonly apps: readonly AppFacts[];
}

export interface EventStoreFacts {
  readonly match: Match;
  readonly streams: readonly StreamFacts[];
  /** Whether the id concerns more aggregates or events than were looked at. */
  readonly isCut: boolean;
  readonly checkpoints: readonly RelayCheckpoint[];
  readonly relays: readonly RelayStatus[];
  readonly blocker: TailBlocker | undefined;
}

/** An aggregate, and where its events go. */
export interface StreamFacts extends StreamId {
  /** The full name. */
  readonly topic: string;
  readonly partition: number;
  /** Of its newest event. */
  readonly version: number;
  /** Those that were asked for, those that a row lacks next, and the newest; by version. */
  readonly traces: readonly EventTrace[];
  /** The ids of those that were asked for. */
  readonly asked: readonly string[];
}

export interface KafkaFacts {
  readonly clusterId: string;
  /** The topics that are there, by full name. */
  readonly topics: readonly { readonly name: string; readonly topicId: string }[];
  readonly ranges: readonly (TopicPartition & { readonly start: bigint; readonly end: bigint })[];
  /** Where events lie; those that a bounded search did not find are left out. */
  readonly records: readonly RecordFacts[];
  /** By full name. */
  readonly groups: ReadonlyMap<string, GroupDescription>;
  /** What groups have committed; it may be behind the checkpoint, which counts. */
  readonly committed: readonly (TopicPartition & { readonly group: string; readonly offset: bigint })[];
}

export interface TopicPartition {
  readonly topic: string;
  readonly partition: number;
}

export interface RecordFacts extends TopicPartition {
  readonly eventId: string;
  readonly offset: bigint;
  readonly at: Date;
}

export interface GroupFacts {
  readonly checkpoints: readonly PartitionCheckpoint[];
  readonly versions: readonly AppliedVersion[];
  readonly parked: readonly ParkedAggregate[];
}

export interface ProcessManagerFacts extends GroupFacts {
  readonly instances: readonly InstanceSummary[];
}

/** What a process says of itself. */
export interface AppFacts {
  /** `projector`. */
  readonly app: string;
  readonly url: string;
  readonly answer: Part<AppAnswer>;
}

export interface AppAnswer {
  /** The parts that are not ready. */
  readonly down: readonly { readonly part: string; readonly reason: string }[];
  readonly stopped: readonly StoppedPartition[];
}
