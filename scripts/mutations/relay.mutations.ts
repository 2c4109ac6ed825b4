import type { Mutation } from './mutation.ts';

const src = 'libs/outbox-relay/src';
const LEASE = `${src}/relay-lease.int.spec.ts`;
const RELAY = `${src}/outbox-relay.int.spec.ts`;
const RECOVERY = `${src}/relay-recovery.int.spec.ts`;
const POSITIONS = `${src}/published-positions.unit.spec.ts`;
const TARGET = `${src}/kafka-target.int.spec.ts`;
const PARTITION_OF = 'libs/kafka/src/partition-of.unit.spec.ts';

/** From the event store to Kafka. */
export const relayMutations: readonly Mutation[] = [
  {
    mechanism: 'lease: one holder at a time',
    file: `${src}/relay-lease.ts`,
    from: 'where relay = $1 and lease_until < clock_timestamp()',
    to: 'where relay = $1',
    spec: LEASE,
    test: 'is held by one at a time',
  },
  {
    mechanism: 'lease: each holder raises the epoch',
    file: `${src}/relay-lease.ts`,
    from: 'set epoch = epoch + 1, holder = $2',
    to: 'set epoch = epoch, holder = $2',
    spec: LEASE,
    test: 'lets its last holder write nothing',
  },
  {
    mechanism: 'lease: writes name the epoch',
    file: `${src}/relay-lease.ts`,
    from: '`update relay_checkpoints set ${assignments} where relay = $1 and epoch = $2`',
    to: '`update relay_checkpoints set ${assignments} where relay = $1 and $2::bigint > 0`',
    spec: RELAY,
    test: 'cannot move the checkpoint',
  },
  {
    mechanism: 'lease: not relied on once it has expired',
    file: `${src}/relay-lease.ts`,
    from: 'return performance.now() < this.validUntil;',
    to: 'return this.validUntil > 0;',
    spec: LEASE,
    test: 'is not relied on by its own holder',
  },
  {
    mechanism: 'relay: the checkpoint moves after the acknowledgement',
    file: `${src}/outbox-relay.ts`,
    from: 'await target.publish(unpublished);',
    to: 'await lease.save(page.at(-1)!.position, target.state(page.at(-1)!.position)); await target.publish(unpublished);',
    spec: `${src}/broker-failures.int.spec.ts`,
  },
  {
    mechanism: 'relay: what the log holds is not sent again',
    file: `${src}/outbox-relay.ts`,
    from: 'page.filter((event) => !recovery.isPublished(event))',
    to: 'page',
    spec: RECOVERY,
    test: 'finds in the log what was sent',
  },
  {
    mechanism: 'relay: published positions of partitions',
    file: `${src}/published-positions.ts`,
    from: 'truncation === undefined ? newer(positions.get(partition)!, position) : position,',
    to: 'positions.get(partition)!,',
    spec: POSITIONS,
  },
  {
    mechanism: 'relay: a shorter log is one that lost its tail',
    file: `${src}/published-positions.ts`,
    from: 'const truncation = truncatedTo(partition) ?? (end < saved ? end : undefined);',
    to: 'const truncation = truncatedTo(partition);',
    spec: POSITIONS,
  },
  {
    mechanism: 'relay: a log that was truncated and has grown again',
    file: `${src}/published-positions.ts`,
    from: 'if (offset < saved && comparePositions(position, savedPosition(partition)) > 0) {',
    to: 'if (offset < 0n) {',
    spec: POSITIONS,
  },
  {
    mechanism: 'relay: reads the tail again from the lowest published position',
    file: `${src}/kafka-target.ts`,
    from: 'if (comparePositions(position, resumeAt) < 0) resumeAt = position;',
    to: 'void position;',
    spec: RECOVERY,
    test: 'publishes again what is missing',
  },
  {
    mechanism: 'relay: a truncated log is noticed at the next send',
    file: `${src}/kafka-target.ts`,
    from: 'if (base < expected) {',
    to: 'if (base < 0n) {',
    spec: TARGET,
    test: 'at the next send',
  },
  {
    mechanism: 'relay: a log that ends elsewhere is noticed while idle',
    file: `${src}/kafka-target.ts`,
    from: 'if (end < expected || !this.options.sharedTopic)',
    to: 'if (end < 0n)',
    spec: TARGET,
    test: 'while it is idle',
  },
  {
    mechanism: 'relay: identity of the Kafka cluster',
    file: `${src}/kafka-target.ts`,
    from: 'if (expected && identity.clusterId !== expected.clusterId) {',
    to: 'if (expected && !identity.clusterId) {',
    spec: RECOVERY,
    test: 'refuses another cluster',
  },
  {
    mechanism: 'relay: identity of the topic',
    file: `${src}/kafka-target.ts`,
    from: 'if (expected && identity.topicId !== expected.topicId) {',
    to: 'if (expected && !identity.topicId) {',
    spec: RECOVERY,
    test: 'notices a topic that was replaced',
  },
  {
    mechanism: 'relay: identity of the Postgres server',
    file: `${src}/outbox-relay.ts`,
    from: 'if (checkpoint.systemIdentifier !== null && checkpoint.systemIdentifier !== server) {',
    to: 'if (checkpoint.systemIdentifier === "") {',
    spec: RECOVERY,
    test: 'refuses another cluster and another Postgres server',
  },
  {
    mechanism: 'read-ahead: only from where it is asked',
    file: `${src}/tail-reader.ts`,
    from: 'return ahead?.after === after ? ahead.page',
    to: 'return ahead ? ahead.page',
    spec: `${src}/tail-reader.int.spec.ts`,
  },
  {
    mechanism: 'read-ahead: goes on behind the page',
    file: `${src}/tail-reader.ts`,
    from: 'const next = this.eventStore.readTail(last.position, this.pageSize, this.table);',
    to: 'const next = this.eventStore.readTail(page[0]!.position, this.pageSize, this.table);',
    spec: `${src}/tail-reader.int.spec.ts`,
  },
  {
    mechanism: 'partitions: murmur2 as Java has it',
    file: 'libs/kafka/src/murmur2.ts',
    from: 'return hash ^ (hash >>> 15);',
    to: 'return hash ^ (hash >>> 14);',
    spec: PARTITION_OF,
  },
  {
    mechanism: 'partitions: the sign bit is dropped',
    file: 'libs/kafka/src/partition-of.ts',
    from: '(murmur2(Buffer.from(key)) & POSITIVE_INT32)',
    to: 'Math.abs(murmur2(Buffer.from(key)))',
    spec: PARTITION_OF,
  },
];
