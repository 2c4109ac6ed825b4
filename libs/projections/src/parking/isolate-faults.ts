import type pg from 'pg';
import type { RecordedEvent } from '@eventfleet/contracts';
import type { MessageBatch } from '@eventfleet/kafka';
import { isReading, type RunnableProjection } from '../projection.js';
import { classifyRecord, type KeyStates } from '../runtime/classify-records.js';
import type { DecodedRecord } from '../runtime/decode-record.js';
import type { AppliedEvent } from '../runtime/projection-statements.js';
import { isAggregateId } from '../runtime/record-key.js';
import { applyByBisection } from './apply-by-bisection.js';
import { describeFault, type Fault } from './describe-fault.js';
import type { RecordToPark } from './park-records.js';

/** How long one transaction goes on taking a batch apart: well below what the server allows it. */
const LONGEST_MS = 2_000;

export interface IsolatedBatch {
  /** Every record below it is applied, dropped as a repeat, or to be parked. */
  readonly nextOffset: bigint;
  readonly events: readonly RecordedEvent[];
  /** The last event of each of their aggregates. */
  readonly applied: ReadonlyMap<string, AppliedEvent>;
  /** In their order: each event at fault, and the records behind it. */
  readonly parked: readonly RecordToPark[];
}

/**
 * Finds the events at fault in a batch and applies all others, within the client's transaction. Faults that show in
 * memory (bytes, gaps, contracts, the fold of a single event) are found one by one. Faults that show in the database, or
 * only in a fold of several events, are found by bisection. After the first fault of a key no later event of that key
 * is tried.
 * @param decoded the records of the batch that are not below the checkpoint
 * @throws the first transient failure, and nothing else that an event has caused
 */
export async function isolateFaults(
  client: pg.ClientBase,
  projection: RunnableProjection,
  batch: MessageBatch,
  decoded: readonly DecodedRecord[],
  keys: KeyStates,
): Promise<IsolatedBatch> {
  const faults = new Faults();
  const unrepeated: DecodedRecord[] = [];
  const candidates: RecordedEvent[] = [];
  const offsets = new Map<RecordedEvent, bigint>();
  for (const each of decoded) {
    try {
      const recordClass = classifyRecord(projection.name, each, keys);
      if (recordClass.kind === 'repeated') continue;
      if (!isFilled(each)) unrepeated.push(each);
      if (recordClass.kind === 'behind') {
        faults.addBehind(each.key);
        continue;
      }
      const { event } = recordClass;
      // A projection that reads first is tried only in the database.
      if (!isReading(projection)) projection.prepare({ events: [event], partition: batch.partition });
      keys.applied.set(event.aggregateId, event);
      candidates.push(event);
      offsets.set(event, each.record.offset);
    } catch (error) {
      if (unrepeated.at(-1) !== each && !isFilled(each)) unrepeated.push(each);
      faults.add(each.key, each.record.offset, error);
      if (isAggregateId(each.key)) keys.parked.add(each.key);
    }
  }

  const failed = new Set<string>();
  const applied = new Map<string, AppliedEvent>();
  const appliedEvents: RecordedEvent[] = [];
  const deadline = performance.now() + LONGEST_MS;
  // A deferred constraint would fail the commit as a whole, and nothing would show which event is at fault.
  await client.query('set constraints all immediate');
  const firstLeft = await applyByBisection(client, candidates, {
    projection,
    partition: batch.partition,
    isTimeUp: () => performance.now() > deadline,
    // By key first: an event that is missing before a record has the record's offset.
    isSkipped: (event) =>
      failed.has(event.aggregateId) || faults.isBehind(event.aggregateId, offsets.get(event)!),
    onFailed(event, error) {
      failed.add(event.aggregateId);
      faults.add(event.aggregateId, offsets.get(event)!, error);
    },
    onApplied(events) {
      appliedEvents.push(...events);
      for (const event of events) applied.set(event.aggregateId, event);
    },
  });
  const nextOffset = firstLeft === undefined ? batch.lastOffset + 1n : offsets.get(firstLeft)!;
  const processed = unrepeated.filter(({ record }) => record.offset < nextOffset);
  return { nextOffset, events: appliedEvents, applied, parked: faults.toPark(processed) };
}

/** If it cannot be applied, the record behind it is parked, and a retry reads it from the store again. */
function isFilled(decoded: DecodedRecord): boolean {
  return 'isFilled' in decoded;
}

/** From which offset on the records of each key are parked, and why. */
class Faults {
  /** The first offset at fault of each key; -1 if events of the key were parked before. */
  private readonly first = new Map<string, bigint>();
  private readonly byOffset = new Map<bigint, Fault>();

  /** A record behind events that were parked before. */
  addBehind(key: string): void {
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

  /** The records to park, in their order. Of a user's records only the first has a fault: the others were not tried. */
  toPark(records: readonly DecodedRecord[]): RecordToPark[] {
    return records.flatMap(({ key, record }) => {
      const first = this.first.get(key);
      if (first === undefined || record.offset < first) return [];
      const isFirst = record.offset === first || !isAggregateId(key);
      return [{ key, record, fault: isFirst ? this.byOffset.get(record.offset) : undefined }];
    });
  }
}
