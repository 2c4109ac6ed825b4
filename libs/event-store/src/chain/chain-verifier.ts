import type { NewEvent } from '../sql/append-batch.js';
import { hashEvent } from './event-hash.js';

/** An event that is not the one that was appended there. */
export interface BrokenChain {
  readonly aggregateType: string;
  readonly aggregateId: string;
  /** The first one that is wrong. */
  readonly version: number;
  /** `changed`: the event, or an earlier one. `missing`: there is no hash, or no event, where there has to be one. */
  readonly kind: 'changed' | 'missing';
}

interface Place {
  readonly stream: string;
  readonly version: number;
  /** Undefined before the first event with a hash: streams may be older than the chain. */
  readonly hash: string | undefined;
}

/** Follows streams, each from its first event on, and tells where a chain is broken: once a stream. */
export class ChainVerifier {
  private last: Place | undefined;
  private broken: string | undefined;

  /** @param event the next one by aggregate and version, as it is stored; @param hash in hexadecimal */
  next(event: NewEvent, hash: string | null): BrokenChain | undefined {
    const { aggregateType, aggregateId, version } = event;
    const stream = `${aggregateType} ${aggregateId}`;
    if (this.broken === stream) return undefined;
    const before = this.last?.stream === stream ? this.last : { stream, version: 0, hash: undefined };
    this.last = { stream, version, hash: hash ?? undefined };
    const kind = faultOf(event, hash, before);
    if (!kind) return undefined;
    this.broken = stream;
    return { aggregateType, aggregateId, version, kind };
  }
}

function faultOf(event: NewEvent, hash: string | null, before: Place): BrokenChain['kind'] | undefined {
  if (event.version !== before.version + 1) return 'missing';
  if (hash === null) return before.hash ? 'missing' : undefined;
  return hashEvent(before.hash, event) === hash ? undefined : 'changed';
}
