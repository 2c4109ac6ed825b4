import type { DomainError } from '@eventfleet/domain';
import type { NewEvent } from '../sql/append-batch.js';

/** The command took effect (with no events: nothing changed), or it was refused. Both are final. */
export type Decision =
  | { readonly kind: 'accepted'; readonly version: number; readonly events: readonly NewEvent[] }
  | { readonly kind: 'refused'; readonly error: DomainError };

/** `replayed`: the idempotency key was used before; `answer` is what was stored for it then. */
export type CommandResult = Decision | { readonly kind: 'replayed'; readonly answer: string };
