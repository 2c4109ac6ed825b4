import { DomainError } from '@eventfleet/domain';

export type EventStoreErrorCode =
  'event-store-unavailable' | 'write-conflict' | 'idempotency-key-reused' | 'overloaded';

/**
 * The store could not decide a command. `event-store-unavailable` and `write-conflict` (other writers won until
 * the deadline) leave the outcome open where an append was on its way: the same idempotency key finds out. After
 * `overloaded` nothing has happened.
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

export function storeUnavailable(cause?: unknown): EventStoreError {
  return new EventStoreError('event-store-unavailable', 'the event store cannot be reached', { cause });
}

/** No aggregate ever has it: expected by a caller who names something that was never given out as a version. */
export const NO_VERSION = -1;

/** The aggregate is at another version than the caller expects. */
export class VersionMismatch extends DomainError {
  constructor(expected: number, actual: number) {
    super(
      'version-mismatch',
      expected === NO_VERSION
        ? `what is expected is no version at all, the current one is ${actual}`
        : `the expected version is ${expected}, the current one ${actual}`,
    );
  }
}
