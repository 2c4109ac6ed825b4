import type pg from 'pg';
import type { RecordedEvent } from '@eventfleet/contracts';
import type { MessageBatch } from '@eventfleet/kafka';
import { applyByBisection } from './apply-by-bisection.js';
import type { ReceivedRecord } from './decode-record.js';
import { describeFault, type Fault } from './describe-fault.js';
import type { Parking } from './parking-statements.js';
import { isReading, type RunnableProjection } from './projection.js';
import { isAggregateId } from './record-key.js';
import { classifyRecord, type KnownKeys } from './select-records.js';

/** How long one transaction goes on taking events apart: well below what the server allows it. */
const LONGEST_MS = 2_000;

export interface Isolated {
  /** Everything below it is applied, dropped or to be parked. */
  readonly next: bigint;
  readonly applied: readonly RecordedEvent[];
  readonly versions: ReadonlyMap<string, number>;
  /** In their order: each event at fault, and what goes behind. */
  readonly parked: readonly Parking[];
}

/**
 * Takes a batch apart to its events at fault and applies all others, within the client's transaction. Faults that show
 * in memory (bytes, gaps, contracts, the fold of the single event) are found one by one; those that show in the
 * database, or only together, by halves. The first fault of a key keeps the later events of that key from being tried.
 * @param received what of the batch is not below the checkpoint
 * @throws the first transient failure, and nothing else that an event has caused
 */
export async function isolate(
  client: pg.ClientBase,
  projection: RunnableProjection,
  batch: MessageBatch,
  received: readonly ReceivedRecord[],
  known: KnownKeys,
): Promise<Isolated> {
  const faults = new Faults();
  const waiting: ReceivedRecord[] = [];
  const candidates: RecordedEvent[] = [];
  const offsets = new Map<RecordedEvent, bigint>();
  for (const each of received) {
    try {
      const verdict = classifyRecord(projection.name, each, known);
      if (verdict.kind === 'repeated') continue;
      waiting.push(each);
      if (verdict.kind === 'behind') {
        faults.behind(each.key);
        continue;
      }
      const { event } = verdict;
      // What reads first is tried in the database at once.
      if (!isReading(projection)) projection.prepare([event], batch.partition);
      known.versions.set(event.aggregateId, event.version);
      candidates.push(event);
      offsets.set(event, each.record.offset);
    } catch (error) {
      if (waiting.at(-1) !== each) waiting.push(each);
      faults.add(each.key, each.record.offset, error);
      if (isAggregateId(each.key)) known.parked.add(each.key);
    }
  }

  const applied: RecordedEvent[] = [];
  const versions = new Map<string, number>();
  const deadline = performance.now() + LONGEST_MS;
  // A constraint that waits for the commit would refuse it as a whole, and nobody could say why.
  await client.query('set constraints all immediate');
  const unsettled = await applyByBisection(client, candidates, {
    projection,
    partition: batch.partition,
    isTimeUp: () => performance.now() > deadline,
    isLeftOut: (event) => faults.isBehind(event.aggregateId, offsets.get(event)!),
    refused: (event, error) => faults.add(event.aggregateId, offsets.get(event)!, error),
    applied(events) {
      applied.push(...events);
      for (const { aggregateId, version } of events) versions.set(aggregateId, version);
    },
  });
  const next = unsettled === undefined ? batch.lastOffset + 1n : offsets.get(unsettled)!;
  const settled = waiting.filter(({ record }) => record.offset < next);
  return { next, applied, versions, parked: faults.among(settled) };
}

/** Where the line of each key begins to wait, and why. */
class Faults {
  /** The first offset at fault of each aggregate; below all others where its events waited before. */
  private readonly first = new Map<string, bigint>();
  private readonly byOffset = new Map<bigint, Fault>();

  behind(key: string): void {
    if (!this.first.has(key)) this.first.set(key, -1n);
  }

  add(key: string, offset: bigint, error: unknown): void {
    this.byOffset.set(offset, describeFault(error));
    const earlier = this.first.get(key);
    if (earlier === undefined || offset < earlier) this.first.set(key, offset);
  }

  isBehind(key: string, offset: bigint): boolean {
    const first = this.first.get(key);
    return first !== undefined && offset > first;
  }

  /** Those that wait, in their order. Behind a user's event at fault no other one is called so before it is tried. */
  among(received: readonly ReceivedRecord[]): Parking[] {
    return received.flatMap(({ key, record }) => {
      const first = this.first.get(key);
      if (first === undefined || record.offset < first) return [];
      const isFirst = record.offset === first || !isAggregateId(key);
      return [{ key, record, fault: isFirst ? this.byOffset.get(record.offset) : undefined }];
    });
  }
}
