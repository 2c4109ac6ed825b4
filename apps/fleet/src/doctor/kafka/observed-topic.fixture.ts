import type { ObservedTopic } from './kafka-facts.js';

export interface TopicChanges {
  readonly replicas?: number;
  readonly inSync?: number;
  readonly leader?: number;
  readonly partitions?: number;
  readonly config?: Readonly<Record<string, string>>;
  /** What the fleet makes it with, beside its being kept for ever. */
  readonly declared?: Readonly<Record<string, string>>;
  /** Whether its records have keys, as events do. */
  readonly isKeyed?: boolean;
}

/** A topic of events on three brokers with nothing to say about, but for what a test changes. */
export function observedTopic(changes: TopicChanges = {}): ObservedTopic {
  const {
    replicas = 3,
    inSync = replicas,
    leader = 0,
    partitions = 2,
    config,
    declared,
    isKeyed = true,
  } = changes;
  const brokers = Array.from({ length: replicas }, (_, broker) => broker);
  return {
    spec: {
      name: 'user-events',
      partitions: 2,
      ...(isKeyed ? { partitionsVariable: 'USER_EVENTS_PARTITIONS' } : {}),
      config: { 'retention.ms': '-1', 'retention.bytes': '-1', 'cleanup.policy': 'delete', ...declared },
    },
    partitions: Array.from({ length: partitions }, () => ({
      leader,
      replicas: brokers,
      inSync: brokers.slice(0, inSync),
    })),
    config: {
      'min.insync.replicas': '2',
      'unclean.leader.election.enable': 'false',
      'retention.ms': '-1',
      'retention.bytes': '-1',
      'cleanup.policy': 'delete',
      'compression.type': 'producer',
      'max.message.bytes': '1048588',
      ...config,
    },
  };
}
