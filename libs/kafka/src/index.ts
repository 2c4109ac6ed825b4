export * from './kafka.js';
export * from './kafka.errors.js';
export * from './kafka-probe.js';
export * from './kafka-record.js';
export * from './log-range.js';
export * from './partition-of.js';
export * from './publisher.js';
export * from './require-partitions.js';
export * from './topic-identity.js';
export * from './topic-spec.js';
export * from './topics.js';
export { describeProcessing, traceparentOfRecord } from './tracing/processing-spans.js';
export * from './consumer/consumer-health.js';
export * from './consumer/consumer-tuning.js';
export * from './consumer/message-batch.js';
export type { StopKind, StoppedPartition } from './consumer/partition-pauses.js';
export * from './dead-letter/dead-letter.js';
export * from './dead-letter/dead-lettered.js';
export * from './dead-letter/publish-dead-letters.js';
export * from './dead-letter/dead-letter-overview.js';
export * from './dead-letter/erase-records.js';
export * from './dead-letter/read-dead-letter.js';
export * from './dead-letter/record-by-record.js';
export * from './dead-letter/retry-dead-letters.js';
export { createKafka } from './kafkajs/create-kafka.js';
export { createPublisher } from './kafkajs/create-publisher.js';
export { assertAccess } from './kafkajs/admin/assert-access.js';
export { type ClusterDescription, describeCluster } from './kafkajs/admin/describe-cluster.js';
export {
  describeGroups,
  type DescribedMember,
  type GroupDescription,
} from './kafkajs/admin/describe-group.js';
export { describeReplication, type TopicReplication } from './kafkajs/admin/describe-replication.js';
export { describeTopic } from './kafkajs/admin/describe-topic.js';
export { endOffsets } from './kafkajs/admin/end-offsets.js';
export {
  createGroupOffsets,
  deleteGroups,
  type GroupOffset,
  readGroupOffsets,
} from './kafkajs/admin/group-offsets.js';
export { deleteTopics } from './kafkajs/admin/list-topics.js';
export { lookAtTopics, type TopicState } from './kafkajs/admin/look-at-topics.js';
export { TopicObserver } from './kafkajs/admin/topic-observer.js';
export { readLogTail, visitLogTail, type VisitRecord } from './kafkajs/admin/log-tail.js';
export { readWriteAcl, type WriteRule } from './kafkajs/admin/read-write-acl.js';
export { type LogSince, visitLogSince } from './kafkajs/admin/visit-log-since.js';
export { type TopicLog, withTopicLog } from './kafkajs/admin/topic-log.js';
