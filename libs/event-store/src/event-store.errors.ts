import { DomainError } from '@eventfleet/domain';

export type EventStoreErrorCode =
  | 'event-store-unavailable'
  | 'write-conflict'
  | 'idempotency-key-reused'
  | 'overloaded'
  | 'personal-data-locked';

/**
 * The store could not execute a command, or an append. After `overloaded`, after `personal-data-locked` (the key of
 * this aggregate is lacking or damaged) and after an append's own `write-conflict`, nothing was written. A command's
 * `event-store-unavailable` and `write-conflict` (other writers came first until the deadline) leave open whether it took
 * effect: a repeat with the same idempotency key finds out.
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

/** The aggregate is at none of the versions that the caller expects. */
export class VersionMismatch extends DomainError {
  constructor(expected: readonly number[], actual: number) {
    super('version-mismatch', describeMismatch(expected, actual));
  }
}

function describeMismatch([first, ...more]: readonly number[], actual: number): string {
  if (first === undefined) return `no expected value is a version, the current one is ${actual}`;
  if (more.length > 0) return `none of the expected versions is the current one, ${actual}`;
  return `the expected version is ${first}, the current one ${actual}`;
}
