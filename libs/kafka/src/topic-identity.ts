/**
 * Tells whether an offset still means what it meant. A topic that was deleted and made anew has another topic id,
 * another cluster (or one whose data was wiped) another cluster id; offsets saved under another identity are void.
 */
export interface TopicIdentity {
  readonly clusterId: string;
  readonly topicId: string;
  readonly partitions: number;
}

export function isSameTopic(a: TopicIdentity, b: TopicIdentity): boolean {
  return a.clusterId === b.clusterId && a.topicId === b.topicId;
}
