import type { StoppedPartition } from './partition-pauses.js';

/** How a group's consumer is; from the consumer itself, so that it cannot look well while it does nothing. */
export interface ConsumerHealth {
  readonly group: string;
  readonly state: 'waiting-for-topics' | 'connecting' | 'running' | 'failed' | 'closed';
  /** Since the broker last knew this consumer as a member; undefined before it joined. */
  readonly heartbeatAgeMs: number | undefined;
  /** May be empty: a group can have more members than the topic has partitions. */
  readonly assignment: Readonly<Record<string, readonly number[]>>;
  readonly stopped: readonly StoppedPartition[];
}

/**
 * Why a consumer cannot be relied on, or undefined when it can: it is a member of its group, and its last heartbeat was
 * answered within the session time-out. A stopped partition is no reason: the others go on, and another copy could not
 * do better.
 */
export function notReadyReason(health: ConsumerHealth, sessionTimeoutMs: number): string | undefined {
  if (health.state !== 'running') return health.state;
  if (health.heartbeatAgeMs === undefined) return 'joining';
  if (health.heartbeatAgeMs > sessionTimeoutMs) return `no heartbeat for ${health.heartbeatAgeMs} ms`;
  return undefined;
}
