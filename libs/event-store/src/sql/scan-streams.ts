import { setImmediate as nextTurn } from 'node:timers/promises';
import type { RecordedEvent } from '@eventfleet/contracts';
import { copyOut, fromCopyLine } from '@eventfleet/postgres';
import type pg from 'pg';
import { EVENT_COLUMNS } from './event-row.js';

export interface StreamScan {
  readonly aggregateType: string;
  /** The id behind which to go on; undefined to begin. */
  readonly after: string | undefined;
  /** The last id; undefined for all. */
  readonly upTo: string | undefined;
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
  { aggregateType, after, upTo, limit }: StreamScan,
  reveal: (events: RecordedEvent[]) => Promise<RecordedEvent[]>,
): Promise<ScannedStreams> {
  const behind = after === undefined ? '' : `and events.aggregate_id > ${client.escapeLiteral(after)}`;
  const until = upTo === undefined ? '' : `and events.aggregate_id <= ${client.escapeLiteral(upTo)}`;
  const lines = await copyOut(
    client,
    `select ${EVENT_COLUMNS} from events
     where aggregate_type = ${client.escapeLiteral(aggregateType)} ${behind} ${until}
     order by events.aggregate_id, events.version limit ${limit}`,
  );
  return {
    length: lines.length,
    size: lines.reduce((sum, line) => sum + line.length, 0),
    aggregateIdAt: (index) => fromCopyLine(lines[index]!)[AGGREGATE_ID]!,
    first: async (count) => reveal(await toEvents(lines.slice(0, count))),
  };
}

/** So many events are taken apart in a turn of the event loop: what others wait for comes in between. */
const SLICE = 500;

async function toEvents(lines: readonly string[]): Promise<RecordedEvent[]> {
  const events: RecordedEvent[] = [];
  for (const [index, line] of lines.entries()) {
    if (index > 0 && index % SLICE === 0) await nextTurn();
    events.push(toEvent(fromCopyLine(line)));
  }
  return events;
}

export interface StreamPlace {
  readonly aggregateType: string;
  /** The id behind which to count; undefined to count from the beginning. */
  readonly after: string | undefined;
  readonly events: number;
}

/** No aggregate has it. */
const LOWEST_ID = '00000000-0000-0000-0000-000000000000';

/** The aggregate of the event that comes so many events behind an id, as `scanStreams` reads; undefined if there are fewer. */
export async function findAggregate(
  client: pg.ClientBase,
  { aggregateType, after = LOWEST_ID, events }: StreamPlace,
): Promise<string | undefined> {
  // Without a name: the plan is made for these values, and reads as much of the index.
  const { rows } = await client.query<{ id: string }>(
    `select aggregate_id as id from events where aggregate_type = $1 and aggregate_id > $2
     order by aggregate_id, version offset $3 limit 1`,
    [aggregateType, after, events - 1],
  );
  return rows[0]?.id;
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
