import type { Logger } from 'pino';
import type { RecordedEvent } from '@eventfleet/contracts';
import { traceparentOfRecord, type MessageBatch } from '@eventfleet/kafka';
import { traceFields, type TraceFields } from '@eventfleet/observability';
import { faults } from '../parking/parking.metrics.js';
import type { RecordToPark } from '../parking/park-records.js';
import { batchSize, eventsApplied, eventsRepeated } from './projection.metrics.js';

const LOGGED_CORRELATION_IDS = 20;

/** What is reported of applied events. It does not keep the events alive. */
export interface AppliedSummary {
  readonly events: number;
  /** Of the first events, each once. */
  readonly correlationIds: readonly string[];
  readonly traces: TraceFields;
}

export function summaryOf(events: readonly RecordedEvent[]): AppliedSummary {
  const logged = events.slice(0, LOGGED_CORRELATION_IDS);
  return {
    events: events.length,
    correlationIds: [...new Set(logged.map(({ correlationId }) => correlationId))],
    traces: traceFields(...logged.map(({ traceparent }) => traceparent)),
  };
}

export interface CommittedBatch {
  readonly nextOffset: bigint;
  readonly applied: AppliedSummary;
  readonly parked: readonly RecordToPark[];
}

/** Reports what was committed of a batch, to the metrics and to the log. */
export class BatchReport {
  constructor(private readonly logger: Logger) {}

  /** @param handled how many records the commit covers: applied, parked and repeated ones */
  committed(
    projection: string,
    { partition }: MessageBatch,
    { nextOffset, applied, parked }: CommittedBatch,
    handled: number,
  ): void {
    const { events, correlationIds: ids, traces } = applied;
    eventsApplied.inc({ projection }, events);
    batchSize.observe({ projection }, events);
    this.logger.info(
      {
        projection,
        partition,
        offset: String(nextOffset - 1n),
        events,
        ...(parked.length > 0 ? { parked: parked.length } : {}),
        ...(ids.length === 1 ? { correlationId: ids[0] } : { correlationIds: ids }),
        ...traces,
      },
      'events applied',
    );
    for (const record of parked) this.parked(projection, partition, record);
    eventsRepeated.inc({ projection }, Math.max(0, handled - events - parked.length));
  }

  private parked(projection: string, partition: number, { record, fault }: RecordToPark): void {
    if (!fault) return;
    const { code, message } = fault;
    faults.inc({ projection, code });
    const offset = String(record.offset);
    this.logger.error(
      { projection, partition, offset, code, reason: message, ...traceFields(traceparentOfRecord(record)) },
      'event parked, later events of its key wait behind it: fix the cause, then run fleet parked retry or discard',
    );
  }
}
