import { setImmediate as nextTurn } from 'node:timers/promises';
import type { BatchResult } from '@eventfleet/kafka';
import { withPipelinedTransaction } from '@eventfleet/postgres';
import type pg from 'pg';
import { isPermanent } from '../parking/is-permanent.js';
import type { FoldingProjection } from '../projection.js';
import type { BatchReport } from './batch-report.js';
import { commitBatches } from './commit-batches.js';
import { foldMembers, type FoldOptions } from './fold-members.js';
import { DoubtfulBatch } from './prepare-batch.js';
import { saveCheckpoints } from './projection-statements.js';
import { checkpointOf, lockMembers, nameOf, type Member } from './shared-members.js';
import type { TracedBatch } from './traced-batch.js';

/** A larger batch pays for its own transaction. */
const MOST_RECORDS_OF_BATCH = 250;
const MOST_RECORDS = 2_000;
/** Projections of the same records get them at about the same time. So a transaction waits for those that had one lately. */
const LINGER_MS = 5;
const ACTIVE_WITHIN_MS = 100;
/** After a failure that may pass: until it has, it would fail the others again and again. */
const ALONE_MS = 10_000;

export interface SharedTransactionOptions extends FoldOptions {
  readonly pool: pg.Pool;
  readonly report: BatchReport;
}

/**
 * One transaction for small batches of several partitions and projections: while one is under way, the next ones gather
 * (group commit). Each batch counts as in a transaction of its own: its checkpoint is locked, and moves with its rows.
 * Only batches that hold nothing but the next events of their keys, and start at their checkpoints, take part. Every
 * other one is given back, to be applied by itself. If the transaction fails, all are: so each finds out whose failure it
 * is, and the others get on. Nothing waits for a checkpoint that another transaction holds, nor for long for a row or for
 * another projection.
 */
export class SharedTransaction {
  private waiting: Member[] = [];
  private running: Promise<void> | undefined;
  private aloneUntil = 0;
  /** When the last transaction of each projection ended. */
  private readonly lastEnd = new Map<FoldingProjection, number>();
  private onArrival: (() => void) | undefined;

  constructor(private readonly options: SharedTransactionOptions) {}

  /**
   * @returns undefined if the batch has to be applied by itself. If the answer of a commit was lost, all of it may be
   *   written: the checkpoint says so then
   */
  apply(projection: FoldingProjection, batch: TracedBatch): Promise<BatchResult | undefined> {
    const isLarge = batch.messages.length > MOST_RECORDS_OF_BATCH;
    if (isLarge || performance.now() < this.aloneUntil) return Promise.resolve(undefined);
    return new Promise((resolve) => {
      this.waiting.push({ projection, batch, resolve });
      this.onArrival?.();
      this.running ??= this.run();
    });
  }

  private async run(): Promise<void> {
    while (this.waiting.length > 0) {
      // The partitions of one fetch are handed out in one turn of the event loop.
      await nextTurn();
      await this.linger();
      const members = this.takeMembers();
      await this.applyTogether(members);
      for (const { projection } of members) this.lastEnd.set(projection, performance.now());
    }
    this.running = undefined;
  }

  /** Else projections would take turns: each would come while the transaction of another is under way. */
  private async linger(): Promise<void> {
    const since = performance.now() - ACTIVE_WITHIN_MS;
    const missing = new Set([...this.lastEnd].flatMap(([each, end]) => (end >= since ? [each] : [])));
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, LINGER_MS);
      this.onArrival = () => {
        for (const { projection } of this.waiting) missing.delete(projection);
        if (missing.size > 0) return;
        clearTimeout(timer);
        resolve();
      };
      this.onArrival();
    });
    this.onArrival = undefined;
  }

  /** One batch a partition and projection: a consumer that joined anew may bring what the one before is still at. */
  private takeMembers(): readonly Member[] {
    const taken = new Map<string, Member>();
    const left: Member[] = [];
    let records = 0;
    for (const member of this.waiting) {
      const key = nameOf(checkpointOf(member));
      records += member.batch.messages.length;
      if (taken.has(key) || records > MOST_RECORDS) left.push(member);
      else taken.set(key, member);
    }
    this.waiting = left;
    return [...taken.values()];
  }

  private async applyTogether(members: readonly Member[]): Promise<void> {
    let applied: ReadonlySet<Member> = new Set();
    try {
      if (members.length > 1)
        applied = await withPipelinedTransaction(this.options.pool, (client) =>
          this.transact(client, members),
        );
    } catch (error) {
      const mayPass = !(error instanceof DoubtfulBatch) && !isPermanent(error);
      if (mayPass) this.aloneUntil = performance.now() + ALONE_MS;
    }
    for (const member of members) {
      member.resolve(applied.has(member) ? { next: member.batch.lastOffset + 1n } : undefined);
    }
  }

  /** @returns the members that were applied */
  private async transact(client: pg.ClientBase, members: readonly Member[]): Promise<ReadonlySet<Member>> {
    const locked = await lockMembers(client, members);
    const { members: prepared, statements, areKnown } = await foldMembers(locked, this.options);
    if (prepared.length === 0) {
      await client.query('rollback');
      return new Set();
    }
    if (!(await Promise.all(areKnown)).every(Boolean)) throw new DoubtfulBatch();
    const moved = prepared.map(({ member }) => {
      const { lastOffset, identity } = member.batch;
      return { ...checkpointOf(member), nextOffset: lastOffset + 1n, identity };
    });
    await commitBatches(client, statements, saveCheckpoints(moved));
    for (const { member, applied } of prepared) {
      const { projection, batch } = member;
      const committed = { nextOffset: batch.lastOffset + 1n, applied, parked: [] };
      this.options.report.committed(projection.name, batch, committed, batch.messages.length);
    }
    return new Set(prepared.map(({ member }) => member));
  }
}
