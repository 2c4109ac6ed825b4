import type { Mutation } from './mutation.ts';

const src = 'libs/projections/src/runtime';
const RUNTIME = `${src}/projection-runtime.int.spec.ts`;
const RANDOM_BATCHES = 'libs/read-models/src/users/random-batches.property.int.spec.ts';
const LOST_BY_HANDLER = 'libs/kafka/src/consumer/lost-by-handler.int.spec.ts';
const CONSISTENCY = 'apps/query-api/src/consistency/consistency.int.spec.ts';

/** From Kafka to the answer of a query. */
export const readSideMutations: readonly Mutation[] = [
  {
    mechanism: 'fencing: rows and checkpoint in one transaction, under its lock',
    file: `${src}/checkpoint-lock.ts`,
    from: "      'begin',",
    to: "      'select',",
    spec: RUNTIME,
    test: 'a second consumer brings it while the first one is at it',
  },
  {
    mechanism: 'fencing: random batches',
    file: `${src}/checkpoint-lock.ts`,
    from: "      'begin',",
    to: "      'select',",
    spec: RANDOM_BATCHES,
  },
  {
    mechanism: 'fencing: a batch above the checkpoint',
    file: `${src}/checkpoint-lock.ts`,
    from: 'batch.firstOffset <= nextOffset && nextOffset <= batch.lastOffset;',
    to: 'nextOffset <= batch.lastOffset;',
    spec: RUNTIME,
    test: 'not before what is missing in front of it',
  },
  {
    mechanism: 'fencing: a batch below the checkpoint',
    file: `${src}/checkpoint-lock.ts`,
    from: 'batch.firstOffset <= nextOffset && nextOffset <= batch.lastOffset;',
    to: 'batch.firstOffset <= nextOffset;',
    spec: RUNTIME,
    test: 'cannot write, and is sent to where the new owner stands',
  },
  {
    mechanism: 'lost by the read store: noticed in a quiet partition',
    file: 'libs/kafka/src/consumer/group-consumer.ts',
    from: 'void this.#track(this.#starts.askAgain());',
    to: '',
    spec: LOST_BY_HANDLER,
    test: 'is read again by itself',
  },
  {
    mechanism: 'lost by the read store: noticed at a rebalance',
    file: 'libs/kafka/src/consumer/partition-progress.ts',
    from: 'if (this.lag.position(topic, partition) !== askedAt) return;',
    to: 'if (askedAt !== undefined) return;',
    spec: LOST_BY_HANDLER,
    test: 'after a rebalance',
  },
  {
    mechanism: 'projection versions: repeats',
    file: `${src}/classify-records.ts`,
    from: "if (event.version <= applied) return { kind: 'repeated' };",
    to: '',
    spec: RUNTIME,
    test: 'though a message was published twice',
  },
  {
    mechanism: 'projection versions: saved with the rows, random batches',
    file: `${src}/projection-statements.ts`,
    from: 'on conflict (projection, aggregate_id) do update set version = excluded.version',
    to: 'on conflict (projection, aggregate_id) do nothing',
    spec: RANDOM_BATCHES,
  },
  {
    mechanism: 'projection versions: gaps',
    file: `${src}/classify-records.ts`,
    from: 'if (event.version === applied + 1) return',
    to: 'if (event.version > applied) return',
    spec: RUNTIME,
    test: 'when a version is missing before it',
  },
  {
    mechanism: 'log truncation: noticed',
    file: `${src}/log-truncation.ts`,
    from: 'const isCertain = this.#suspected.get(key) === nextOffset;',
    to: 'const isCertain = false;',
    spec: RUNTIME,
    test: 'of a log that lost its end',
  },
  {
    mechanism: 'log truncation: told from a late batch',
    file: `${src}/log-truncation.ts`,
    from: 'const isCertain = this.#suspected.get(key) === nextOffset;',
    to: 'const isCertain = true;',
    spec: RUNTIME,
    test: 'of a log that lost its end',
  },
  {
    mechanism: 'checkpoint: identity of the topic',
    file: `${src}/checkpoint-lock.ts`,
    from: 'row.cluster_id === identity.clusterId && row.topic_id === identity.topicId',
    to: 'row.cluster_id === identity.clusterId',
    spec: RUNTIME,
    test: 'of a topic made anew',
  },
  {
    mechanism: 'checkpoint: identity of the cluster',
    file: `${src}/checkpoint-lock.ts`,
    from: 'row.cluster_id === identity.clusterId && row.topic_id === identity.topicId',
    to: 'row.topic_id === identity.topicId',
    spec: RUNTIME,
    test: 'of another cluster',
  },
  {
    mechanism: 'counters: add up over batches',
    file: 'libs/read-models/src/users/user-stats/user-stats.statements.ts',
    from: 'total = user_stats.total + excluded.total',
    to: 'total = excluded.total',
    spec: RANDOM_BATCHES,
  },
  {
    mechanism: 'consistency token: one user',
    file: 'libs/read-models/src/users/user-list/find-user.query.ts',
    from: 'const lag = notReflected(token, row);',
    to: 'const lag = undefined;',
    spec: CONSISTENCY,
  },
  {
    mechanism: 'consistency token: lists',
    file: 'libs/read-models/src/users/user-list/find-users.query.ts',
    from: 'return notReflected(token, applied) ?? selectPage',
    to: 'return notReflected(undefined, applied) ?? selectPage',
    spec: CONSISTENCY,
  },
  {
    mechanism: 'consistency token: statistics',
    file: 'libs/read-models/src/users/user-stats/user-stats.query.ts',
    from: 'const lag = notReflected(token, rows[0]);',
    to: 'const lag = undefined;',
    spec: CONSISTENCY,
  },
  {
    mechanism: 'consistency token: waits for its version',
    file: 'apps/query-api/src/consistency/version-watch.ts',
    from: '(applied.isParked || applied.version >= waiter.version)',
    to: '(applied.isParked || applied.version >= 0)',
    spec: 'apps/query-api/src/consistency/version-watch.unit.spec.ts',
  },
];
