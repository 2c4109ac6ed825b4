import { DomainError } from '@eventfleet/domain';

export type EventStoreErrorCode =
  'event-store-unavailable' | 'write-conflict' | 'idempotency-key-reused' | 'overloaded';

/**
 * The store could not execute a command, or an append. After `overloaded`, and after an append's own `write-conflict`,
 * nothing was written. A command's `event-store-unavailable` and `write-conflict` (other writers came first until the
 * deadline) leave open whether it took effect: a repeat with the same idempotency key finds out.
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

/** The expected version of a caller who names something that is no version: no aggregate ever has it. */
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
