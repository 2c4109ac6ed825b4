import type pg from 'pg';
import type { RecordedEvent } from '@eventfleet/contracts';
import { pipeline, StatementNotSent } from '@eventfleet/postgres';
import { isPermanent } from './is-permanent.js';
import { isReading, type RunnableProjection } from './projection.js';

export interface BisectionOptions {
  readonly projection: RunnableProjection;
  readonly partition: number;
  /** Whether an event that comes later is to be left out, because of one that was refused before. */
  isLeftOut(event: RecordedEvent): boolean;
  applied(events: readonly RecordedEvent[]): void;
  refused(event: RecordedEvent, error: unknown): void;
  /** Whether to leave the rest for another transaction. Asked only after something was settled. */
  isTimeUp(): boolean;
}

/**
 * Applies events in their order within the client's transaction. A run that fails for good is undone by a savepoint
 * and tried by its halves, down to the single event, which then is refused; so what is refused costs some 2·log2 of
 * all in savepoints.
 * @returns the first event that is not settled, undefined when all are
 * @throws the first transient failure; the transaction is lost then
 */
export async function applyByBisection(
  client: pg.ClientBase,
  events: readonly RecordedEvent[],
  options: BisectionOptions,
): Promise<RecordedEvent | undefined> {
  let isAnySettled = false;

  async function apply(run: readonly RecordedEvent[]): Promise<RecordedEvent | undefined> {
    const present = run.filter((event) => !options.isLeftOut(event));
    const [first] = present;
    if (!first) return undefined;
    if (isAnySettled && options.isTimeUp()) return first;
    const error = await attempt(client, present, options);
    if (error === undefined || present.length === 1) {
      if (error === undefined) options.applied(present);
      else options.refused(first, error.reason);
      isAnySettled = true;
      return undefined;
    }
    const middle = Math.ceil(present.length / 2);
    return (await apply(present.slice(0, middle))) ?? (await apply(present.slice(middle)));
  }

  return apply(events);
}

async function attempt(
  client: pg.ClientBase,
  events: readonly RecordedEvent[],
  { projection, partition }: BisectionOptions,
): Promise<{ readonly reason: unknown } | undefined> {
  let hasSavepoint = false;
  try {
    const statements = isReading(projection)
      ? await projection.readAndPrepare(client, events, partition)
      : projection.prepare(events, partition);
    hasSavepoint = true;
    await pipeline(client, ['savepoint run', ...statements, 'release savepoint run']);
    return undefined;
  } catch (reason) {
    if (!isPermanent(reason)) throw reason;
    // What was not sent has set no savepoint.
    if (hasSavepoint && !(reason instanceof StatementNotSent))
      await pipeline(client, ['rollback to savepoint run', 'release savepoint run']);
    return { reason };
  }
}
