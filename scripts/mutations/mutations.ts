/** One mechanism, the edit that switches it off, and the test that must notice. */
export interface Mutation {
  /** The guarantee of docs/guarantees.md that rests on it, and the mechanism. */
  readonly mechanism: string;
  readonly file: string;
  /** Source text that occurs in the file exactly once, spaces and line breaks included. */
  readonly from: string;
  readonly to: string;
  readonly spec: string;
  /** Part of a test's name: only these tests run. */
  readonly test?: string;
}

const store = 'libs/event-store/src';
const relay = 'libs/outbox-relay/src';
const projections = 'libs/projections/src';
const rabbitmq = 'libs/rabbitmq/src';
const sagas = 'libs/process-managers/src';

const TABLES = `${store}/migrations/1-create-event-store.migration.ts`;
const EXECUTOR = `${store}/command-execution/command-executor.int.spec.ts`;
const GENERATIONS = 'apps/fleet/src/projection/generations.fire.spec.ts';
const RUNTIME = `${projections}/runtime/projection-runtime.int.spec.ts`;

/** At least one a guarantee. Where there is a choice, the text is SQL: it survives a rename. */
export const mutations: readonly Mutation[] = [
  {
    mechanism: '1 no command lost: an append in doubt is looked up',
    file: `${store}/command-execution/execute-batch.ts`,
    from: 'if (plan) inDoubt.add({ commands, plan });',
    to: '',
    spec: `${store}/command-execution/append-in-doubt.fire.spec.ts`,
    test: 'is found to be committed',
  },
  {
    mechanism: '1 no command lost: no byte leaves before every statement is serialised',
    file: 'libs/postgres/src/pipeline.ts',
    from: 'const serialised = Array.from(statements, serialise);',
    to: 'const serialised = Array.from(statements, (each) => (each ? each : serialise(each)));',
    spec: 'libs/postgres/src/pipeline.int.spec.ts',
    test: 'cannot be serialised',
  },
  {
    mechanism: '1 no command lost: the tail waits for older transactions',
    file: `${store}/sql/read-tail.ts`,
    from: 'and transaction_id < pg_snapshot_xmin(pg_current_snapshot())',
    to: '',
    spec: `${store}/sql/read-tail.int.spec.ts`,
    test: 'skips nothing',
  },
  {
    mechanism: '1 no command lost: the relay moves its checkpoint after the acknowledgement',
    file: `${relay}/outbox-relay.ts`,
    from: 'await target.publish(unpublished);',
    to: 'await lease.save(page.at(-1)!.position, target.state(page.at(-1)!.position)); await target.publish(unpublished);',
    spec: `${relay}/broker-failures.fire.spec.ts`,
  },
  {
    mechanism: '1 no command lost: a Kafka log that was cut is noticed',
    file: `${relay}/kafka-target.ts`,
    from: 'if (base < expected) {',
    to: 'if (base < 0n) {',
    spec: `${relay}/kafka-target.int.spec.ts`,
    test: 'at the next send',
  },
  {
    mechanism: '2 order per user: an append stores its events by version',
    file: `${store}/sql/append-batch.ts`,
    from: 'const rows = events.toSorted(byAggregateAndVersion);',
    to: 'const rows = events;',
    spec: `${store}/sql/read-tail.int.spec.ts`,
    test: 'in the order of their versions',
  },
  {
    mechanism: '2 order per user: each holder of the lease raises the epoch',
    file: `${relay}/relay-lease.ts`,
    from: 'set epoch = epoch + 1, holder = $2',
    to: 'set epoch = epoch, holder = $2',
    spec: `${relay}/relay-lease.int.spec.ts`,
    test: 'lets its last holder write nothing',
  },
  {
    mechanism: '3 exactly once: rows and checkpoint share a transaction under a lock',
    file: `${projections}/runtime/checkpoint-lock.ts`,
    from: "      'begin',",
    to: "      'select',",
    spec: RUNTIME,
    test: 'a second consumer brings it while the first one is at it',
  },
  {
    mechanism: '3 exactly once: repeats are dropped by version',
    file: `${projections}/runtime/classify-records.ts`,
    from: "if (event.version <= version) return { kind: 'repeated' };",
    to: '',
    spec: RUNTIME,
    test: 'though a message was published twice',
  },
  {
    mechanism: '6 history: the event store is asked for every record of a batch',
    file: `${projections}/runtime/projection-runtime.ts`,
    from: 'if (areKnown && !(await areKnown)) throw new DoubtfulBatch();',
    to: '',
    spec: 'apps/projector/src/foreign-events.int.spec.ts',
    test: 'if it creates a user whom the store does not have',
  },
  {
    mechanism: '6 history: rows that stand on a lost event are folded again',
    file: `${projections}/verification/record-verifier.ts`,
    from: 'if (!row?.eventId || version > row.version || eventId === row.eventId) continue;',
    to: 'continue;',
    spec: 'apps/projector/src/foreign-events.int.spec.ts',
    test: 'are folded again from the store',
  },
  {
    mechanism: '7 a read model is what its events say: a missing row is a difference',
    file: `${projections}/row-verification/compare-aggregate.ts`,
    from: "if (!row && expected) return difference('missing-row');",
    to: '',
    spec: 'apps/projector/src/row-verification.fire.spec.ts',
    test: 'found, and mended from the event store',
  },
  {
    mechanism: '7 a read model is what its events say: what is on its way is no difference',
    file: `${projections}/row-verification/verification-context.ts`,
    from: 'BigInt(handled) >= next',
    to: 'BigInt(handled) >= 0n',
    spec: 'apps/projector/src/row-verification.fire.spec.ts',
    test: 'not applied yet',
  },
  {
    mechanism: '4 isolation: a key is locked while its parked events are processed',
    file: `${projections}/parking/parked-event-statements.ts`,
    from: 'where projection = $1 and aggregate_id = $2 for update`',
    to: 'where projection = $1 and aggregate_id = $2`',
    spec: `${projections}/parking/parked-event-processor.int.spec.ts`,
    test: 'does not unpark a key behind which something is being put',
  },
  {
    mechanism: '4 isolation: a batch is unpacked no further than its limit',
    file: 'libs/kafka/src/unpacking/unpack.ts',
    from: 'inflate(bytes, { maxOutputLength: limit })',
    to: 'inflate(bytes, { maxOutputLength: 64 * limit })',
    spec: 'apps/projector/src/unreadable-batches.fire.spec.ts',
  },
  {
    mechanism: '5 one winner: the version is part of the primary key',
    file: TABLES,
    from: 'primary key (aggregate_type, aggregate_id, version)',
    to: 'unique (event_id)',
    spec: EXECUTOR,
    test: 'gives a version to one of two that append it at the same time',
  },
  {
    mechanism: '5 one winner: a claim has one holder',
    file: TABLES,
    from: 'aggregate_id uuid not null,\n        primary key (scope, key)',
    to: 'aggregate_id uuid not null',
    spec: EXECUTOR,
    test: 'gives a claim to one of many',
  },
  {
    mechanism: 'idempotency: the answer is stored with the effect',
    file: `${store}/sql/append-batch.ts`,
    from: 'if (idempotencyAnswers.length > 0) statements.push(insertIdempotencyAnswers(idempotencyAnswers));',
    to: '',
    spec: EXECUTOR,
    test: 'takes effect once for one idempotency key',
  },
  {
    mechanism: 'idempotency: a command over Kafka is known by source and id',
    file: 'apps/command-api/src/command-execution/idempotency-scopes.ts',
    from: '.update(source)',
    to: '.update(source.slice(0, 0))',
    spec: 'apps/command-api/src/users/user-commands/command-identity.int.spec.ts',
    test: 'another source has used its id',
  },
  {
    mechanism: 'read your writes: a query compares the token with its row',
    file: 'libs/read-models/src/users/user-list/find-user.query.ts',
    from: 'const lag = notReflected(token, row);',
    to: 'const lag = undefined;',
    spec: 'apps/query-api/src/consistency/consistency.int.spec.ts',
  },
  {
    mechanism: 'RabbitMQ: a publish waits for its confirms',
    file: `${rabbitmq}/outgoing-message.ts`,
    from: 'await Promise.all(messages.map((message) => publishOne(channel, exchange, message)));',
    to: 'void Promise.all(messages.map((message) => publishOne(channel, exchange, message))).catch(() => undefined);',
    spec: `${rabbitmq}/publisher.int.spec.ts`,
    test: 'outcome is unknown',
  },
  {
    mechanism: 'RabbitMQ: a retry is confirmed before the acknowledgement',
    file: `${rabbitmq}/consumer/settle.ts`,
    from: 'await this.#move(this.#copy(message, disposition));',
    to: 'this.channel.ack(delivery); await this.#move(this.#copy(message, disposition));',
    spec: `${rabbitmq}/consumer/queue-consumer.int.spec.ts`,
    test: 'dies between',
  },
  {
    mechanism: 'signing: every part of the canonical form has its length in front',
    file: 'libs/contracts/src/signing/canonical-record.ts',
    from: 'bytes.writeUInt32BE(part === null ? ABSENT : length, at);',
    to: 'bytes.writeUInt32BE(part === null ? ABSENT : 0, at);',
    spec: 'libs/contracts/src/signing/canonical-record.property.unit.spec.ts',
  },
  {
    mechanism: 'signing: the notifier takes no message that is not signed',
    file: 'apps/notifier/src/queue/user-events.consumer.ts',
    from: 'if (!this.isAuthentic(message)) {',
    to: 'if (!this.isAuthentic(message) && message.attempts < 0) {',
    spec: 'apps/notifier/src/queue/user-events.consumer.int.spec.ts',
    test: 'dead-letters anything else',
  },
  {
    mechanism: 'signing: what is not signed does not count as published',
    file: `${relay}/record-reference.ts`,
    from: 'if (signingKeys.length === 0) return read;',
    to: 'if (signingKeys.length >= 0) return read;',
    spec: `${relay}/signed-records.int.spec.ts`,
    test: 'are published though somebody else',
  },
  {
    mechanism: '7 a rebuild: the versions of what was copied are kept with it',
    file: `${projections}/rebuild/copy-streams.ts`,
    from: 'await copyIn(client, `projection_versions (${VERSION_COLUMNS})`, folded.versions);',
    to: '',
    spec: GENERATIONS,
    test: 'counts no event twice',
  },
  {
    mechanism: '7 a rebuild: a killed one goes on behind its last page',
    file: `${projections}/rebuild/rebuild-projection.ts`,
    from: 'after: progress.lastAggregate,',
    to: 'after: null,',
    spec: 'apps/fleet/src/projection/rebuild.fire.spec.ts',
    test: 'goes on behind its last page',
  },
  {
    mechanism: '7 a rebuild: the new generation is at the live checkpoints when it becomes live',
    file: `${projections}/rebuild/catch-up.ts`,
    from: 'if (left === 0n) return;',
    to: 'return;',
    spec: GENERATIONS,
    test: 'without going back in time',
  },
  {
    mechanism: '7 a rebuild: what each user has added to counters is kept',
    file: `${projections}/rebuild/fold-streams.ts`,
    from: "stream.map((event) => contributionOf(event)).join('')",
    to: "''",
    spec: GENERATIONS,
    test: 'counts no event twice',
  },
  {
    mechanism: '7 a rebuild: with keys, only signed records are applied',
    file: `${projections}/rebuild/hold-level.ts`,
    from: '    isAuthentic,\n',
    to: '',
    spec: GENERATIONS,
    test: 'nobody has signed',
  },
  {
    mechanism: 'sagas: an instance is locked while it reacts',
    file: `${sagas}/instance-statements.ts`,
    from: '${SELECT_INSTANCES} for update`',
    to: '${SELECT_INSTANCES}`',
    spec: `${sagas}/process-managers.int.spec.ts`,
    test: 'waits for what another transaction does to its instance',
  },
  {
    mechanism: 'timers: an instance is locked while its timer fires',
    file: `${sagas}/instance-statements.ts`,
    from: ' for update skip locked`',
    to: '`',
    spec: `${sagas}/timer-scheduler.int.spec.ts`,
  },
  {
    mechanism: 'mails: the inbox refuses what was sent',
    file: 'libs/notifications/src/sql/claim-mail.ts',
    from: "where known.status = 'waiting' or (",
    to: "where known.status in ('waiting', 'sent') or (",
    spec: 'apps/notifier/src/delivery/mail-delivery.int.spec.ts',
    test: 'is sent once, however often it is due',
  },
];
