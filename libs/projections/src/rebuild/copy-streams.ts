import { copyIn, withTransaction } from '@eventfleet/postgres';
import { failpoint } from '@eventfleet/resilience';
import type pg from 'pg';
import { isPermanent } from '../parking/is-permanent.js';
import type { FoldingProjection } from '../projection.js';
import { foldStreams, VERSION_COLUMNS, type FoldedStreams } from './fold-streams.js';
import type { StreamSource } from './rebuild-context.js';
import { RebuildError } from './rebuild.errors.js';
import { saveCopied, type CopiedRange } from './rebuild-progress.js';
import { readPages, type Stream } from './streams.js';

export interface CopyStreamsOptions {
  readonly projection: FoldingProjection;
  readonly source: StreamSource;
  /** On the schema of the new generation. */
  readonly pool: pg.Pool;
  /** How many the topic has. */
  readonly partitions: number;
  /** The last aggregate that is copied already; null for none. */
  readonly after: string | null;
  /** Called after each commit. */
  readonly onCopied: (range: CopiedRange) => void;
  readonly signal: AbortSignal;
}

/**
 * Folds all streams and copies what they come to into the tables of the new generation, page by page. Each page is one
 * transaction, with the progress: after a crash the next page is the one that was not committed. Two pages are written
 * at a time, and committed in their order. Meanwhile the next one is folded, and the one behind that is read.
 * @throws RebuildError `superseded` if another process has copied a page meanwhile; the signal's reason when it aborts
 */
export async function copyStreams(options: CopyStreamsOptions): Promise<void> {
  const { projection, source, pool, partitions, signal, onCopied } = options;
  const rate = new Rate();
  let after = options.after;
  let [earlier, latest] = [Promise.resolve(), Promise.resolve()];
  const write = async (page: PageToWrite, before: Promise<void>): Promise<void> => {
    await writePage(pool, page, before);
    onCopied(page.range);
    failpoint('between two pages');
  };
  try {
    for await (const page of readPages(source, projection.aggregateType, after ?? undefined)) {
      const streams = await page.streams();
      const folded = foldStreams(projection, streams, partitions);
      await earlier;
      signal.throwIfAborted();
      const { tooLong, last } = page;
      if (last === undefined) continue;
      const events = streams.reduce((sum, { length }) => sum + length, 0);
      const range = { after, lastAggregate: last, events, eventsPerSecond: rate.note(events) };
      const next = write({ projection, streams, tooLong, folded, partitions, range }, latest);
      // Awaited when its turn has come: until then nobody hears of its failure.
      next.catch(() => undefined);
      [earlier, latest, after] = [latest, next, last];
    }
  } finally {
    await Promise.allSettled([earlier, latest]);
  }
  await latest;
}

interface PageToWrite {
  readonly projection: FoldingProjection;
  readonly streams: readonly Stream[];
  /** A stream that is not among them. */
  readonly tooLong: string | undefined;
  readonly folded: FoldedStreams;
  readonly partitions: number;
  readonly range: CopiedRange;
}

/** @param before the page before: this one is copied beside it, and all that both could lock comes behind it */
function writePage(pool: pg.Pool, page: PageToWrite, before: Promise<void>): Promise<void> {
  const { projection, tooLong, range } = page;
  return withTransaction(pool, async (client) => {
    const deferred = await writeStreams(client, page, before);
    if (tooLong !== undefined) deferred.push(tooLong);
    if (deferred.length > 0) {
      await client.query('insert into deferred_streams (aggregate_id) select unnest($1::uuid[])', [deferred]);
    }
    failpoint('between copy and progress');
    const saved = await client.query(saveCopied(projection.name, range));
    if (saved.rowCount === 1) return;
    throw new RebuildError('superseded', `another process goes on with the rebuild of ${projection.name}`);
  });
}

type StreamsToWrite = Pick<PageToWrite, 'projection' | 'streams' | 'partitions' | 'folded'>;

/**
 * Writes what the streams come to. If the database refuses them, it tries them by their halves, down to the single one.
 * @returns the aggregates whose streams are deferred
 */
async function writeStreams(
  client: pg.ClientBase,
  { projection, streams, partitions, folded }: StreamsToWrite,
  before: Promise<void>,
): Promise<string[]> {
  await client.query('savepoint streams');
  try {
    const { copied } = projection;
    if (copied) await copyIn(client, `${copied.name} (${copied.columns.join(', ')})`, folded.rows);
    await copyIn(client, `projection_versions (${VERSION_COLUMNS})`, folded.versions);
    await before;
    for (const statement of folded.statements) await client.query(statement);
    await client.query('release savepoint streams');
    return [...folded.deferred];
  } catch (error) {
    // If the page before failed, these streams are not at fault.
    await before;
    if (!isPermanent(error)) throw error;
    await client.query('rollback to savepoint streams');
    if (streams.length <= 1) return streams.map((stream) => stream[0]!.aggregateId);
    const middle = Math.ceil(streams.length / 2);
    const halves = [streams.slice(0, middle), streams.slice(middle)];
    const deferred: string[] = [];
    for (const half of halves) {
      const ofHalf = {
        projection,
        streams: half,
        partitions,
        folded: foldStreams(projection, half, partitions),
      };
      deferred.push(...(await writeStreams(client, ofHalf, before)));
    }
    return deferred;
  }
}

const SMOOTHED_MS = 5_000;

/** Events a second, smoothed over some seconds. */
class Rate {
  private last = performance.now();
  private perSecond: number | undefined;

  note(events: number): number {
    const now = performance.now();
    const elapsed = Math.max(1, now - this.last);
    this.last = now;
    const current = (events * 1_000) / elapsed;
    const weight = Math.min(1, elapsed / SMOOTHED_MS);
    this.perSecond =
      this.perSecond === undefined ? current : this.perSecond + weight * (current - this.perSecond);
    return this.perSecond;
  }
}
