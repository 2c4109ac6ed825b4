import type { RecordedEvent } from '@eventfleet/contracts';
import { copyOut, fromCopyLine } from '@eventfleet/postgres';
import type pg from 'pg';
import { EVENT_COLUMNS } from './event-row.js';

export interface StreamScan {
  readonly aggregateType: string;
  /** The id behind which to go on; undefined to begin. */
  readonly after: string | undefined;
  /** At most so many events. */
  readonly limit: number;
}

/** Its place among `EVENT_COLUMNS`. */
const AGGREGATE_ID = 6;

/** Events of consecutive streams as they came: what they say is taken apart when it is asked for. */
export interface ScannedStreams {
  /** How many events there are. */
  readonly length: number;
  /** Of all of them, in characters. */
  readonly size: number;
  /** Of the event at an index. */
  aggregateIdAt(this: void, index: number): string;
  /** The first ones, revealed. */
  first(count: number): Promise<RecordedEvent[]>;
}

/**
 * Reads stream after stream, by aggregate id and version. The last stream may be cut off if there are as many events as
 * the limit. Each call sees what is committed when it begins.
 */
export async function scanStreams(
  client: pg.ClientBase,
  { aggregateType, after, limit }: StreamScan,
  reveal: (events: RecordedEvent[]) => Promise<RecordedEvent[]>,
): Promise<ScannedStreams> {
  const behind = after === undefined ? '' : `and events.aggregate_id > ${client.escapeLiteral(after)}`;
  const lines = await copyOut(
    client,
    `select ${EVENT_COLUMNS} from events
     where aggregate_type = ${client.escapeLiteral(aggregateType)} ${behind}
     order by events.aggregate_id, events.version limit ${limit}`,
  );
  return {
    length: lines.length,
    size: lines.reduce((sum, line) => sum + line.length, 0),
    aggregateIdAt: (index) => fromCopyLine(lines[index]!)[AGGREGATE_ID]!,
    first: (count) => reveal(lines.slice(0, count).map((line) => toEvent(fromCopyLine(line)))),
  };
}

/** In the order of `EVENT_COLUMNS`, of which only the actor may be null. */
function toEvent([
  ,
  globalPosition,
  eventId,
  type,
  schemaVersion,
  aggregateType,
  aggregateId,
  version,
  occurredAt,
  correlationId,
  causationId,
  traceparent,
  actor,
  data,
]: readonly (string | null | undefined)[]): RecordedEvent {
  return {
    eventId: eventId!,
    type: type!,
    schemaVersion: Number(schemaVersion),
    aggregateType: aggregateType!,
    aggregateId: aggregateId!,
    version: Number(version),
    globalPosition: globalPosition!,
    occurredAt: occurredAt!,
    data: data!,
    correlationId: correlationId!,
    causationId: causationId!,
    traceparent: traceparent!,
    ...(typeof actor === 'string' && { actor }),
  };
}
