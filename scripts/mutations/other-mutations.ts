import type { Mutation } from './mutation.ts';

const store = 'libs/event-store/src';
const relay = 'libs/outbox-relay/src';
const rabbitmq = 'libs/rabbitmq/src';
const sagas = 'libs/process-managers/src';
const EXECUTOR = `${store}/command-execution/command-executor.int.spec.ts`;

/** Of what else is promised. */
export const otherMutations: readonly Mutation[] = [
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
    mechanism: 'the past: a snapshot of a later version is left out',
    file: `${store}/sql/read-past.ts`,
    from: ' and s.version < wanted.version',
    to: '',
    spec: `${store}/snapshots/past.int.spec.ts`,
    test: 'simple fold',
  },
  {
    mechanism: 'the stream: transactions that still run are waited for',
    file: `${store}/sql/follow-tail.ts`,
    from: 'and transaction_id < pg_snapshot_xmin(pg_current_snapshot())',
    to: '',
    spec: 'apps/query-api/src/users/stream-users/stream-users.fire.spec.ts',
    test: 'commits late',
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
  {
    mechanism: 'traces: an event carries the span of its command',
    file: `${store}/command-execution/command-spans.ts`,
    from: 'span?.traceparent ?? metadata.traceparent',
    to: 'metadata.traceparent',
    spec: `${store}/command-execution/command-spans.unit.spec.ts`,
    test: 'carry its span',
  },
  {
    mechanism: 'traces: the span of an item lies in the trace of the item',
    file: 'libs/observability/src/tracing/batch-spans.ts',
    from: 'startSpanOf(tracer, describe(item), parent, link)',
    to: 'startSpanOf(tracer, describe(item), batchSpan.context, link)',
    spec: 'libs/observability/src/tracing/tracing.unit.spec.ts',
    test: 'below their own parents',
  },
  {
    mechanism: 'why: the cause is the first thing on the way',
    file: 'libs/causality/src/judge-group.ts',
    from: 'if (!publication.isPublished) return publication.cause;',
    to: '',
    spec: 'libs/causality/src/causes.unit.spec.ts',
    test: 'blames the first thing on the way',
  },
  {
    mechanism: 'console: no other site acts through an operator’s browser',
    file: 'apps/console/src/edge/same-origin.guard.ts',
    from: "if (site !== undefined && site !== 'same-origin') return false;",
    to: '',
    spec: 'apps/console/src/console.int.spec.ts',
    test: 'no action that another site asks for',
  },
];
