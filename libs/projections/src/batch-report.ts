import type { Logger } from 'pino';
import type { RecordedEvent } from '@eventfleet/contracts';
import type { MessageBatch } from '@eventfleet/kafka';
import type { Parking } from './parking-statements.js';
import { batchSize, eventsApplied, eventsRepeated, faults } from './projection.metrics.js';

const LOGGED_CORRELATION_IDS = 20;

export interface AppliedBatch {
  readonly next: bigint;
  readonly applied: readonly RecordedEvent[];
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
    eventsApplied.inc({ projection }, applied.length);
    batchSize.observe({ projection }, applied.length);
    const ids = [
      ...new Set(applied.slice(0, LOGGED_CORRELATION_IDS).map(({ correlationId }) => correlationId)),
    ];
    this.logger.info(
      {
        projection,
        partition,
        offset: String(next - 1n),
        events: applied.length,
        ...(parked.length > 0 ? { parked: parked.length } : {}),
        ...(ids.length === 1 ? { correlationId: ids[0] } : { correlationIds: ids }),
      },
      'events applied',
    );
    for (const parking of parked) this.parked(projection, partition, parking);
    eventsRepeated.inc({ projection }, Math.max(0, received - applied.length - parked.length));
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
