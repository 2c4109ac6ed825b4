export type RabbitmqErrorCode =
  | 'connection-lost'
  | 'no-answer'
  | 'publish-failed'
  | 'queue-missing'
  | 'dead-letter-missing'
  | 'duplicate-consumer';

/** What this library itself can say about a failure; amqplib's own error is the `cause`. Never carries a message's content. */
export class RabbitmqError extends Error {
  constructor(
    readonly code: RabbitmqErrorCode,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.name = 'RabbitmqError';
  }
}

/** For `withDeadline`: RabbitMQ did not answer in time. */
export function noAnswer(ms: number): RabbitmqError {
  return new RabbitmqError('no-answer', `RabbitMQ did not answer within ${ms} ms`);
}
