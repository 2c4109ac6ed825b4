import type { RecordedEvent } from '@eventfleet/contracts';
import type { ReceivedRecord } from './decode-record.js';
import { ProjectionError } from './projection.errors.js';

/** What a projection knows of the keys of a batch. */
export interface KnownKeys {
  /** The version that is applied of each aggregate; absent for none. */
  readonly versions: Map<string, number>;
  /** Keys of which an event waits: what follows has to wait behind it. */
  readonly parked: Set<string>;
}

export type RecordClass =
  | { readonly kind: 'next'; readonly event: RecordedEvent }
  /** Applied before: the relay may repeat an event, also one of a user who is deleted by now. */
  | { readonly kind: 'repeated' }
  | { readonly kind: 'behind' };

/**
 * What is to become of a record.
 * @throws ProjectionError `undecodable`, or `version-gap` when an event is missing before it
 */
export function classifyRecord(
  projection: string,
  received: ReceivedRecord,
  { versions, parked }: KnownKeys,
): RecordClass {
  const isBehind = parked.size > 0 && parked.has(received.key);
  if ('fault' in received) {
    if (isBehind) return { kind: 'behind' };
    throw received.fault;
  }
  const { event } = received;
  const applied = versions.get(event.aggregateId) ?? 0;
  if (event.version <= applied) return { kind: 'repeated' };
  if (isBehind) return { kind: 'behind' };
  if (event.version === applied + 1) return { kind: 'next', event };
  const message = `version ${event.version} of ${event.aggregateId} follows version ${applied}`;
  throw new ProjectionError('version-gap', projection, message);
}

export interface SelectedRecords {
  /** In their order, each the next version of its aggregate. */
  readonly events: readonly RecordedEvent[];
  /** The version of each of their aggregates afterwards. */
  readonly versions: ReadonlyMap<string, number>;
  /** In their order: records of parked keys. */
  readonly behind: readonly ReceivedRecord[];
}

/**
 * Sorts the records of a batch; notes in `known` what will be applied.
 * @throws ProjectionError for the first one that can neither be applied nor go behind another
 */
export function selectRecords(
  projection: string,
  received: readonly ReceivedRecord[],
  known: KnownKeys,
): SelectedRecords {
  const events: RecordedEvent[] = [];
  const versions = new Map<string, number>();
  const behind: ReceivedRecord[] = [];
  for (const each of received) {
    const verdict = classifyRecord(projection, each, known);
    if (verdict.kind === 'behind') behind.push(each);
    if (verdict.kind !== 'next') continue;
    const { event } = verdict;
    events.push(event);
    versions.set(event.aggregateId, event.version);
    known.versions.set(event.aggregateId, event.version);
  }
  return { events, versions, behind };
}
