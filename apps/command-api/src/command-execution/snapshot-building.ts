import { EventStore, SnapshotBuilder } from '@eventfleet/event-store';
import { pollUntilStopped } from '@eventfleet/resilience';
import { Inject, Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { COMMAND_AGGREGATES } from '../app-context.module.js';
import type { CommandAggregate } from '../command-aggregate.js';
import { EventStorePools } from '../event-store/event-store-pools.js';
import { ShutdownDeadline } from '../shutdown-deadline.js';

const LOOK_EVERY_MS = 5_000;
/** Between two turns while there is more to do: commands come first. */
const PAUSE_MS = 50;

/** Makes the snapshots that are missing in the history of streams, in the background. */
@Injectable()
export class SnapshotBuilding implements OnApplicationBootstrap, OnApplicationShutdown {
  private loops: readonly { stop(): Promise<void> }[] = [];

  constructor(
    @Inject(COMMAND_AGGREGATES) private readonly aggregates: readonly CommandAggregate[],
    private readonly pools: EventStorePools,
    private readonly deadline: ShutdownDeadline,
  ) {}

  onApplicationBootstrap(): void {
    const eventStore = new EventStore(this.pools.shared, this.pools.personalData);
    this.loops = this.aggregates.map(({ decider }) => {
      const builder = new SnapshotBuilder(eventStore, decider);
      return pollUntilStopped(
        async () => ({ pauseMs: (await builder.turn()) ? PAUSE_MS : LOOK_EVERY_MS }),
        // If the store does not answer now, the next turn tries again. Others report that it is away.
        { onError: () => ({ pauseMs: LOOK_EVERY_MS }) },
      );
    });
  }

  onApplicationShutdown(): Promise<void> {
    return this.deadline.within(() => Promise.all(this.loops.map((loop) => loop.stop())));
  }
}
