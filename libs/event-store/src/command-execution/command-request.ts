import type { DomainError } from '@eventfleet/domain';
import type { NewEvent } from '../sql/append-batch.js';

/** Where a command comes from; carried by every event that it causes. */
export interface CommandMetadata {
  readonly correlationId: string;
  readonly causationId: string;
  readonly traceparent: string;
}

/** A decision that holds: the command took effect (with no events: nothing changed), or it was refused. */
export type Decision =
  | { readonly kind: 'accepted'; readonly version: number; readonly events: readonly NewEvent[] }
  | { readonly kind: 'refused'; readonly error: DomainError };

/** `replayed`: the key was used before; `answer` is what was stored for it then. */
export type CommandResult = Decision | { readonly kind: 'replayed'; readonly answer: string };

export interface Idempotency {
  /** Keeps the keys of different edges apart. */
  readonly scope: string;
  readonly key: string;
  /** Tells a repeat from another request under the same key. */
  readonly fingerprint: string;
  /** Makes the answer that is stored with the effect, as JSON text. Pure. */
  readonly render: (decided: Decision) => string;
}

export interface CommandRequest<Command> {
  readonly aggregateId: string;
  readonly command: Command;
  readonly metadata: CommandMetadata;
  /** Refuse with `version-mismatch` unless this is the current version. */
  readonly expectedVersion?: number;
  /** The id was made for this command: nothing can be in the store under it, so nothing is read. */
  readonly isNewId?: boolean;
  readonly idempotency?: Idempotency;
}
