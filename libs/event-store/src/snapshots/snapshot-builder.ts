import type { DomainEvent } from '@eventfleet/contracts';
import type { StateFold } from '@eventfleet/domain';
import { isTransient } from '@eventfleet/resilience';
import type { EventStore } from '../event-store.js';
import { snapshotsBuilt, snapshotsFailed } from '../event-store.metrics.js';
import { isLocked } from '../personal-data/decrypt-event.js';
import { comparePositions, type TailPosition } from '../sql/read-tail.js';
import type { Snapshot } from '../sql/write-snapshots.js';
import { loadPastStates, type PastState } from './load-past-states.js';
import { SNAPSHOT_EVERY } from './snapshot-writer.js';

/** Of the tail that one turn looks at. */
const EVENTS_A_TURN = 5_000;

/**
 * Makes the snapshots that are missing: those of streams that are older than the history of snapshots, those whose
 * writing failed, and all of them after the version of the state was raised. Then at most twice `every` events lie
 * between two snapshots of a stream. It follows the tail, one turn behind, so that the snapshots of commands come first.
 * More than one copy may be at it: they only do the same work twice.
 */
export class SnapshotBuilder<State, Event extends DomainEvent> {
  /** Up to where the tail reached at an earlier turn. */
  private until: TailPosition | undefined;

  constructor(
    private readonly eventStore: EventStore,
    private readonly fold: StateFold<State, Event>,
    private readonly every = SNAPSHOT_EVERY,
  ) {}

  /** Looks at some more of the tail. @returns whether there is more to look at already */
  async turn(): Promise<boolean> {
    const { eventStore, every } = this;
    const kind = { aggregateType: this.fold.catalog.aggregateType, schemaVersion: this.fold.stateVersion };
    const after = await eventStore.readSnapshotProgress(kind);
    const until = this.until;
    if (until === undefined || comparePositions(after, until) >= 0) {
      this.until = await eventStore.readTailEnd();
      return false;
    }
    const query = { ...kind, after, until, limit: EVENTS_A_TURN, every };
    const { end = until, missing } = await eventStore.findMissingSnapshots(query);
    const snapshots = await this.build(missing);
    if (snapshots.length > 0) await eventStore.writeSnapshots(kind, snapshots);
    snapshotsBuilt.inc(snapshots.length);
    await eventStore.saveSnapshotProgress(kind, end);
    return comparePositions(end, until) < 0;
  }

  private async build(missing: readonly { aggregateId: string; version: number }[]): Promise<Snapshot[]> {
    const snapshots: Snapshot[] = [];
    const states = new Map<string, PastState<State>>();
    for (const { aggregateId, version } of missing) {
      const known = states.get(aggregateId);
      const built = await this.load({ aggregateId, version, ...(known && { known }) });
      if (built?.version !== version) continue;
      states.set(aggregateId, built);
      snapshots.push({ aggregateId, version, state: JSON.stringify(built.state) });
    }
    return snapshots;
  }

  /** Undefined for a stream with an event that cannot be read: it holds up no other one. */
  private async load(wanted: {
    aggregateId: string;
    version: number;
    known?: PastState<State>;
  }): Promise<PastState<State> | undefined> {
    try {
      return (await loadPastStates(this.eventStore, this.fold, [wanted])).get(wanted.aggregateId);
    } catch (error) {
      if (isTransient(error) && !isLocked(error)) throw error;
      snapshotsFailed.inc();
      return undefined;
    }
  }
}
