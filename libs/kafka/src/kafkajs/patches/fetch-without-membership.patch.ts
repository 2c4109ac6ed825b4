import { createProtocolError, type Runner, RunnerClass } from '../kafkajs-internals.js';

/** https://kafka.apache.org/protocol#protocol_error_codes */
const UNKNOWN_MEMBER_ID = 25;

const { prototype } = RunnerClass;
const { fetch } = prototype;

/**
 * Has a consumer that is no member of its group join it again before it fetches. If the group has forgotten a consumer,
 * and the coordinator cannot be reached just then, kafkajs goes on with the partitions of before, for ever: without a
 * membership it sends no heartbeat, so nobody tells it. Idempotent; applies to every consumer of the process.
 */
export function patchFetchWithoutMembership(): void {
  prototype.fetch = fetchAsMember;
}

async function fetchAsMember(this: Runner, nodeId: number): Promise<readonly unknown[]> {
  if (this.running && !this.consumerGroup.memberId) throw createProtocolError(UNKNOWN_MEMBER_ID);
  return fetch.call(this, nodeId);
}
