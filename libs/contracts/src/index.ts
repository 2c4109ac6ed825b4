export * from './aggregates.js';
export * from './amqp-events.js';
export * from './cloud-events.js';
export * from './command-catalog.js';
export * from './consistency-token.js';
export * from './contract.errors.js';
export * from './dead-letter-groups.js';
export * from './define-aggregate.js';
export * from './event-catalog.js';
export * from './event-envelope.js';
export * from './header-schemas.js';
export { headerText } from './header-text.js';
export type { KeyedTopic } from './keyed-topic.js';
export type {
  MessageDefinition,
  MessageOf,
  StoredMessage,
  Upcasters,
  WireMessage,
} from './message-catalog.js';
export * from './notifications/notification-failed.event.js';
export * from './notifications/notification.aggregate.js';
export * from './personal-data/encrypted-fields.js';
export * from './personal-data/personal-data-key.js';
export * from './personal-data/personal-schema.js';
export * from './queues.js';
export * from './signing/canonical-record.js';
export * from './signing/join-with-lengths.js';
export * from './signing/record-signature.js';
export * from './topic-access.js';
export * from './users/commands/user-command-message.js';
export * from './users/commands/user-command-reply.js';
export * from './users/commands/user-commands.js';
export * from './users/email-key.js';
export * from './users/user-created.event.js';
export * from './users/user-deactivated.event.js';
export * from './users/user-deleted.event.js';
export * from './users/user-email-verified.event.js';
export * from './users/user-erased.event.js';
export * from './users/user-updated.event.js';
export * from './users/user-verification-reminded.event.js';
export * from './users/user-fields.js';
export * from './users/user-state.js';
export * from './users/user.aggregate.js';
export * from './users/user.upcasters.js';
export * from './users/verification-token.js';
