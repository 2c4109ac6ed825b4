import type { RecordedEvent } from '@eventfleet/contracts';
import type { PageKeys } from './page-keys.js';

/** The aggregates of a page whose streams were read to their ends. */
export interface CompleteStreams extends PageKeys {
  readonly streams: ReadonlyMap<string, readonly RecordedEvent[]>;
  /** The only key, if its stream alone has more events than are read at a time. */
  readonly tooLong: string | undefined;
}

/**
 * Sorts the events of a page by stream. If as many came as were asked for, the last stream may be cut off: it is left to
 * the next page.
 * @param events by aggregate id and version
 */
export function completeStreams(
  { keys, isLast }: PageKeys,
  events: readonly RecordedEvent[],
  limit: number,
): CompleteStreams {
  const streams = Map.groupBy(events, ({ aggregateId }) => aggregateId);
  if (events.length < limit) return { keys, isLast, streams, tooLong: undefined };
  const cut = events.at(-1)!.aggregateId;
  const complete = keys.filter((key) => key < cut);
  if (complete.length > 0) return { keys: complete, isLast: false, streams, tooLong: undefined };
  return { keys: [cut], isLast: isLast && keys.at(-1) === cut, streams, tooLong: cut };
}
