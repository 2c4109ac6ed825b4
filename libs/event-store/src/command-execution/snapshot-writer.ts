import type pg from 'pg';
import { snapshotsFailed, snapshotsWritten } from '../event-store.metrics.js';
import { writeSnapshots, type Snapshot } from '../sql/write-snapshots.js';

export interface SnapshotWriterOptions {
  readonly pool: pg.Pool;
  readonly aggregateType: string;
  readonly schemaVersion: number;
  /** A snapshot is due whenever a stream passes a multiple of this many events. */
  readonly every: number;
}

const DELAY_MS = 100;
const MAX_PENDING = 1_000;

/**
 * Writes snapshots off the way of commands: gathered for a moment, many in one statement. One that is lost, with the
 * process or with a failed write, costs time at a later load and nothing else.
 */
export class SnapshotWriter {
  private readonly pending = new Map<string, Snapshot>();
  private timer: NodeJS.Timeout | undefined;
  private writing: Promise<void> = Promise.resolve();

  constructor(private readonly options: SnapshotWriterOptions) {}

  /** Takes note of a committed state, if the stream has come far enough since `fromVersion`. */
  consider(aggregateId: string, fromVersion: number, state: unknown, version: number): void {
    const { every } = this.options;
    if (Math.floor(version / every) <= Math.floor(fromVersion / every)) return;
    if (this.pending.size >= MAX_PENDING && !this.pending.has(aggregateId)) return;
    this.pending.set(aggregateId, { aggregateId, version, state: JSON.stringify(state) });
    this.timer ??= setTimeout(() => void this.flush(), DELAY_MS);
  }

  /** Writes what is due. Never throws. */
  async flush(): Promise<void> {
    clearTimeout(this.timer);
    this.timer = undefined;
    const due = [...this.pending.values()];
    this.pending.clear();
    if (due.length > 0) this.writing = this.writing.then(() => this.write(due));
    await this.writing;
  }

  private async write(snapshots: readonly Snapshot[]): Promise<void> {
    const { pool, aggregateType, schemaVersion } = this.options;
    try {
      await writeSnapshots(pool, aggregateType, schemaVersion, snapshots);
      snapshotsWritten.inc(snapshots.length);
    } catch {
      snapshotsFailed.inc(snapshots.length);
    }
  }
}
