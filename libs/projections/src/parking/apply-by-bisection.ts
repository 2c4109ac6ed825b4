import type pg from 'pg';
import type { RecordedEvent } from '@eventfleet/contracts';
import { pipeline, StatementNotSent } from '@eventfleet/postgres';
import { isReading, type RunnableProjection } from '../projection.js';
import { isPermanent } from './is-permanent.js';

export interface BisectionOptions {
  readonly projection: RunnableProjection;
  readonly partition: number;
  /** Whether to skip an event, because an earlier one has failed. Asked again before each try. */
  isSkipped(event: RecordedEvent): boolean;
  onApplied(events: readonly RecordedEvent[]): void;
  onFailed(event: RecordedEvent, error: unknown): void;
  /** Whether to leave the rest for another transaction. Asked only after some event was applied or has failed. */
  isTimeUp(): boolean;
}

/**
 * Applies events in their order within the client's transaction. A run that fails for good is rolled back to a savepoint
 * and tried by its halves, down to the single event, which then has failed. A failed event costs some 2·log2 of all
 * events in savepoints.
 * @returns the first event that was left for another transaction, undefined if none was
 * @throws the first transient failure; the transaction is lost then
 */
export async function applyByBisection(
  client: pg.ClientBase,
  events: readonly RecordedEvent[],
  options: BisectionOptions,
): Promise<RecordedEvent | undefined> {
  let hasProgress = false;

  async function apply(run: readonly RecordedEvent[]): Promise<RecordedEvent | undefined> {
    const remaining = run.filter((event) => !options.isSkipped(event));
    const [first] = remaining;
    if (!first) return undefined;
    if (hasProgress && options.isTimeUp()) return first;
    const failure = await tryToApply(client, remaining, options);
    if (failure === undefined || remaining.length === 1) {
      if (failure === undefined) options.onApplied(remaining);
      else options.onFailed(first, failure.reason);
      hasProgress = true;
      return undefined;
    }
    const middle = Math.ceil(remaining.length / 2);
    return (await apply(remaining.slice(0, middle))) ?? (await apply(remaining.slice(middle)));
  }

  return apply(events);
}

/** Applies all of the events, or none. Returns the permanent failure, undefined for success. */
async function tryToApply(
  client: pg.ClientBase,
  events: readonly RecordedEvent[],
  { projection, partition }: BisectionOptions,
): Promise<{ readonly reason: unknown } | undefined> {
  let hasSavepoint = false;
  try {
    const statements = isReading(projection)
      ? await projection.readAndPrepare(client, events, partition)
      : projection.prepare({ events, partition });
    hasSavepoint = true;
    await pipeline(client, ['savepoint run', ...statements, 'release savepoint run']);
    return undefined;
  } catch (reason) {
    if (!isPermanent(reason)) throw reason;
    // Statements that were not sent have set no savepoint.
    if (hasSavepoint && !(reason instanceof StatementNotSent))
      await pipeline(client, ['rollback to savepoint run', 'release savepoint run']);
    return { reason };
  }
}
