import type { Logger } from 'pino';
import type { RecordedEvent } from '@eventfleet/contracts';
import type { MessageBatch } from '@eventfleet/kafka';
import type { Parking } from './parking-statements.js';
import { batchSize, eventsApplied, eventsRepeated, faults } from './projection.metrics.js';

const LOGGED_CORRELATION_IDS = 20;

/** What became of a batch, without its events. */
export interface AppliedBatch {
  readonly next: bigint;
  readonly applied: number;
  readonly repeated: number;
  /** Of the first events applied, each once. */
  readonly correlationIds: readonly string[];
  readonly parked: readonly Parking[];
}

/** @param received records that were below `next` and not below the checkpoint */
export function tell(
  next: bigint,
  applied: readonly RecordedEvent[],
  parked: readonly Parking[],
  received: number,
): AppliedBatch {
  const ids = applied.slice(0, LOGGED_CORRELATION_IDS).map(({ correlationId }) => correlationId);
  return {
    next,
    applied: applied.length,
    repeated: Math.max(0, received - applied.length - parked.length),
    correlationIds: [...new Set(ids)],
    parked,
  };
}

/** Tells what was committed of a batch, to the metrics and to the log. */
export class BatchReport {
  constructor(private readonly logger: Logger) {}

  applied(
    projection: string,
    { partition }: MessageBatch,
    { next, applied, repeated, correlationIds: ids, parked }: AppliedBatch,
  ): void {
    eventsApplied.inc({ projection }, applied);
    eventsRepeated.inc({ projection }, repeated);
    batchSize.observe({ projection }, applied);
    this.logger.info(
      {
        projection,
        partition,
        offset: String(next - 1n),
        events: applied,
        ...(parked.length > 0 ? { parked: parked.length } : {}),
        ...(ids.length === 1 ? { correlationId: ids[0] } : { correlationIds: ids }),
      },
      'events applied',
    );
    for (const parking of parked) this.parked(projection, partition, parking);
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
