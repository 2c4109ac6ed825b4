import type pg from 'pg';

/** What an operator does, and to what. It holds ids and counts, and no personal data. */
export interface OperatorAction {
  /** `parked.retry`, `dead-letter.retry`, … */
  readonly action: string;
  readonly target: Readonly<Record<string, string | number | boolean | null>>;
  /** Who asked for it; null if nobody had to say. */
  readonly actor: string | null;
  /** What it was asked by. */
  readonly face: 'console' | 'cli';
  readonly correlationId: string;
}

export type ActionOutcome = 'done' | 'refused' | 'failed';

export interface RecordedAction extends OperatorAction {
  readonly id: string;
  /** RFC 3339, UTC, milliseconds. */
  readonly startedAt: string;
  readonly endedAt: string | null;
  /** Null while it is under way, and for ever if it was interrupted. */
  readonly outcome: ActionOutcome | null;
  readonly result: Readonly<Record<string, unknown>> | null;
}

/** An action could not be written down, so it was not done. */
export class ActionNotRecorded extends Error {
  constructor(cause: unknown) {
    super('the action could not be written down, and was not done', { cause });
    this.name = 'ActionNotRecorded';
  }
}

export interface ActionWork<T> {
  work(this: void): Promise<T>;
  /** What of the result is written down: no personal data. */
  logged(this: void, result: T): object;
  /** Whether an error means that nothing was done. */
  isRefusal(this: void, error: unknown): boolean;
}

/**
 * Writes an action down, does it, and writes down what became of it. What cannot be written down is not done. A refusal
 * has changed nothing; after any other error a part may be done. If only the outcome cannot be written down, the action
 * stays in the log without one.
 * @param pool on the schema of the operators
 * @throws what `work` throws; ActionNotRecorded if the action could not be written down, and was not done
 */
export async function recordAction<T>(
  pool: pg.Pool,
  action: OperatorAction,
  { work, logged, isRefusal }: ActionWork<T>,
): Promise<T> {
  const id = await beginAction(pool, action).catch((cause: unknown) => {
    throw new ActionNotRecorded(cause);
  });
  let result: T;
  try {
    result = await work();
  } catch (error) {
    const outcome = isRefusal(error) ? 'refused' : 'failed';
    await endAction(pool, id, outcome, { error: codeOf(error) }).catch(() => undefined);
    throw error;
  }
  await endAction(pool, id, 'done', logged(result)).catch(() => undefined);
  return result;
}

async function beginAction(pool: pg.Pool, action: OperatorAction): Promise<string> {
  const { rows } = await pool.query<{ id: string }>(
    `insert into actions (actor, face, action, target, correlation_id)
     values ($1, $2, $3, $4, $5) returning id`,
    [action.actor, action.face, action.action, JSON.stringify(action.target), action.correlationId],
  );
  return rows[0]!.id;
}

async function endAction(pool: pg.Pool, id: string, outcome: ActionOutcome, result: object): Promise<void> {
  await pool.query(
    `update actions set ended_at = clock_timestamp(), outcome = $2, result = $3 where id = $1`,
    [id, outcome, JSON.stringify(result)],
  );
}

/** The text of an error may quote data. */
function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return typeof error;
  return 'code' in error && typeof error.code === 'string' ? error.code : error.name;
}

/** The newest actions first, those before an id if there is one. */
export async function readActions(
  pool: pg.Pool,
  { before, limit }: { readonly before?: string | undefined; readonly limit: number },
): Promise<readonly RecordedAction[]> {
  const { rows } = await pool.query<
    Omit<RecordedAction, 'startedAt' | 'endedAt'> & { startedAt: Date; endedAt: Date | null }
  >(
    `select id, started_at as "startedAt", ended_at as "endedAt", actor, face, action, target,
            correlation_id as "correlationId", outcome, result
     from actions where $1::bigint is null or id < $1 order by id desc limit $2`,
    [before, limit],
  );
  return rows.map((row) => ({
    ...row,
    startedAt: row.startedAt.toISOString(),
    endedAt: row.endedAt?.toISOString() ?? null,
  }));
}
