import type { Logger } from 'pino';
import type { RecordedEvent } from '@eventfleet/contracts';
import type { MessageBatch } from '@eventfleet/kafka';
import type { Parking } from './parking-statements.js';
import { batchSize, eventsApplied, eventsRepeated, faults } from './projection.metrics.js';

const LOGGED_CORRELATION_IDS = 20;

/** What is told of events once they are applied, instead of the events themselves. */
export interface AppliedEvents {
  readonly events: number;
  /** Of the first events, each once. */
  readonly correlationIds: readonly string[];
}

export function summaryOf(events: readonly RecordedEvent[]): AppliedEvents {
  const logged = events.slice(0, LOGGED_CORRELATION_IDS).map(({ correlationId }) => correlationId);
  return { events: events.length, correlationIds: [...new Set(logged)] };
}

export interface AppliedBatch {
  readonly next: bigint;
  readonly applied: AppliedEvents;
  readonly parked: readonly Parking[];
}

/** Tells what was committed of a batch, to the metrics and to the log. */
export class BatchReport {
  constructor(private readonly logger: Logger) {}

  applied(
    projection: string,
    { partition }: MessageBatch,
    { next, applied, parked }: AppliedBatch,
    received: number,
  ): void {
    const { events, correlationIds: ids } = applied;
    eventsApplied.inc({ projection }, events);
    batchSize.observe({ projection }, events);
    this.logger.info(
      {
        projection,
        partition,
        offset: String(next - 1n),
        events,
        ...(parked.length > 0 ? { parked: parked.length } : {}),
        ...(ids.length === 1 ? { correlationId: ids[0] } : { correlationIds: ids }),
      },
      'events applied',
    );
    for (const parking of parked) this.parked(projection, partition, parking);
    eventsRepeated.inc({ projection }, Math.max(0, received - events - parked.length));
  }

  private parked(projection: string, partition: number, { record, fault }: Parking): void {
    if (!fault) return;
    const { code, message } = fault;
    faults.inc({ projection, code });
    const offset = String(record.offset);
    this.logger.error(
      { projection, partition, offset, code, reason: message },
      'event parked, its key waits behind it',
    );
  }
}
