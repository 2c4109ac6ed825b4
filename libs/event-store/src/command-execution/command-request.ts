import type { IdempotencyKey } from '../sql/append-batch.js';
import type { Decision } from './command-result.js';

/** Where a command comes from; carried by every event that it causes. */
export interface CommandMetadata {
  readonly correlationId: string;
  readonly causationId: string;
  /** Who asks; absent if nobody has to say. */
  readonly actor?: string;
  readonly traceparent: string;
}

export interface Idempotency extends IdempotencyKey {
  /**
   * The key that an earlier release used, in the same scope; read only. It may stand for another request too: so an
   * answer under it counts only if its fingerprint is the same.
   */
  readonly formerKey?: string;
  /** Tells a repeat from another request under the same key. */
  readonly fingerprint: string;
  /** The same in other forms, under which it may be stored. */
  readonly formerFingerprints?: readonly string[];
  /** Makes the answer that is stored with the effect, as JSON text. Pure. */
  readonly render: (decision: Decision) => string;
}

export interface CommandRequest<Command> {
  readonly aggregateId: string;
  readonly command: Command;
  readonly metadata: CommandMetadata;
  /** Refuse with `version-mismatch` unless one of these is the current version; none never is. */
  readonly expectedVersions?: readonly number[];
  /** The id was made for this command: nothing can be stored under it, so nothing is read. */
  readonly isNewId?: boolean;
  /**
   * Decide also if personal data of the aggregate cannot be read: each such field is then a text of which `isErasedText` is
   * true. For commands that destroy it.
   */
  readonly mayLackPersonalData?: boolean;
  readonly idempotency?: Idempotency;
}
