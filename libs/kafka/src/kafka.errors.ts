export type KafkaErrorCode =
  | 'access-missing'
  | 'topic-missing'
  | 'partition-count-mismatch'
  | 'topic-refused'
  | 'topic-unserved'
  | 'publish-failed'
  | 'tail-unreadable'
  | 'handler-hung'
  | 'no-progress'
  | 'attempt-failed'
  | 'attempts-exhausted'
  | 'dead-letter-missing'
  | 'retries-scattered'
  | 'duplicate-consumer';

/** What this library itself can say about a failure; kafkajs's own error is the `cause`. Never carries a message's content. */
export class KafkaError extends Error {
  constructor(
    readonly code: KafkaErrorCode,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.name = 'KafkaError';
  }
}
