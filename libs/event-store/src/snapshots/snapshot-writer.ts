import type { EventStore } from '../event-store.js';
import { snapshotsFailed, snapshotsWritten } from '../event-store.metrics.js';
import type { Snapshot, SnapshotKind } from '../sql/write-snapshots.js';

export interface SnapshotWriterOptions extends SnapshotKind {
  readonly eventStore: EventStore;
  /** A snapshot is due whenever a stream passes a multiple of so many events. */
  readonly every: number;
}

/** Events of a stream between two of its snapshots. */
export const SNAPSHOT_EVERY = 100;

const DELAY_MS = 100;
const MAX_PENDING = 1_000;

/**
 * Writes snapshots in the background: gathered for a moment, many in one statement. No command waits for it. A snapshot
 * that is lost, with the process or with a failed write, makes a later load slower and nothing else; the builder makes
 * up for it in the history.
 */
export class SnapshotWriter {
  private readonly pending = new Map<string, Snapshot>();
  private timer: NodeJS.Timeout | undefined;
  private writing: Promise<void> = Promise.resolve();

  constructor(private readonly options: SnapshotWriterOptions) {}

  /** Schedules a snapshot of a committed state, if the stream has passed a multiple of `every` since `fromVersion`. */
  scheduleIfDue(aggregateId: string, fromVersion: number, state: unknown, version: number): void {
    const { every } = this.options;
    if (Math.floor(version / every) <= Math.floor(fromVersion / every)) return;
    if (this.pending.size >= MAX_PENDING) return;
    this.pending.set(`${aggregateId}:${version}`, { aggregateId, version, state: JSON.stringify(state) });
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
    try {
      await this.options.eventStore.writeSnapshots(this.options, snapshots);
      snapshotsWritten.inc(snapshots.length);
    } catch {
      snapshotsFailed.inc(snapshots.length);
    }
  }
}
