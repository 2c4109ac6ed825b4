import { DomainError } from '@eventfleet/contracts';

export type EventStoreErrorCode = 'event-store-unavailable' | 'write-conflict' | 'idempotency-key-reused';

/**
 * The store could not decide a command. `event-store-unavailable` and `write-conflict` (other writers won until
 * the deadline) leave the outcome open where a connection broke: the same idempotency key finds out.
 */
export class EventStoreError extends Error {
  constructor(
    readonly code: EventStoreErrorCode,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.name = 'EventStoreError';
  }
}

/** The aggregate is at another version than the caller expects. */
export class VersionMismatch extends DomainError {
  constructor(expected: number, actual: number) {
    super('version-mismatch', `the expected version is ${expected}, the current one ${actual}`);
  }
}
