import { offsetCommitV4, type ProtocolRequest } from '../kafkajs-internals.js';

/** Where a group goes on in one partition, and up to 4,096 bytes of its own beside it. */
export interface CommittedOffset {
  readonly partition: number;
  readonly offset: bigint;
  readonly metadata: string;
}

/** The generation and member of a commit from outside: taken while the group has no members. */
const NO_GENERATION = -1;
const NO_MEMBER = '';
const TEN_YEARS_MS = 10 * 365 * 24 * 60 * 60 * 1_000;

/**
 * Kafka's OffsetCommit request, version 4, the last one that says how long the offset is to be kept: without it the
 * broker forgets the offsets of a group without members after seven days. kafkajs asks in version 5.
 * https://kafka.apache.org/protocol#The_Messages_OffsetCommit
 */
export function offsetCommitRequest(
  groupId: string,
  offsets: ReadonlyMap<string, readonly CommittedOffset[]>,
): ProtocolRequest<unknown, unknown> {
  return offsetCommitV4({
    groupId,
    groupGenerationId: NO_GENERATION,
    memberId: NO_MEMBER,
    retentionTime: TEN_YEARS_MS,
    topics: [...offsets].map(([topic, committed]) => ({
      topic,
      partitions: committed.map((each) => ({ ...each, offset: String(each.offset) })),
    })),
  });
}
