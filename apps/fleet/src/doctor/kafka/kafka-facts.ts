import type { ClusterDescription, TopicReplication, TopicSpec, WriteRule } from '@eventfleet/kafka';
import type { Part } from '@eventfleet/resilience';

/** A topic as the fleet makes it, and as it is. */
export interface ObservedTopic extends TopicReplication {
  readonly spec: TopicSpec;
}

export interface TopicFacts {
  readonly missing: readonly TopicSpec[];
  readonly found: readonly ObservedTopic[];
}

/** Who may write to a topic; without rules, if the cluster has no authoriser. */
export interface TopicWriters {
  readonly topic: string;
  readonly rules: readonly WriteRule[] | undefined;
}

export interface KafkaFacts {
  readonly cluster: ClusterDescription;
  readonly topics: Part<TopicFacts>;
  /** Of each topic of events. */
  readonly writers: Part<readonly TopicWriters[]>;
}

/** Whether a topic holds the events of aggregates: keyed, and kept for ever. */
export function isEventTopic({ partitionsVariable, config }: TopicSpec): boolean {
  return partitionsVariable !== undefined && config['retention.ms'] === '-1';
}
