import type { DomainEvent } from '@eventfleet/contracts';
import type { Decider } from '@eventfleet/domain';
import { CommandExecutor, EventStore } from '@eventfleet/event-store';
import { HistoryGuard } from '@eventfleet/history';
import { newId } from '@eventfleet/ids';
import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { EventStorePools } from '../event-store/event-store-pools.js';
import { Publication } from '../publication/publication.js';
import { ShutdownDeadline } from '../shutdown-deadline.js';

/** What the executors of all aggregates share. */
@Injectable()
export class ExecutorResources {
  constructor(
    readonly pools: EventStorePools,
    readonly publication: Publication,
    readonly deadline: ShutdownDeadline,
    readonly history: HistoryGuard,
  ) {}
}

/** The executor of one aggregate: extend it in the aggregate's folder. It stops when its commands under way have ended. */
export abstract class AggregateCommandExecutor<State, Command, Event extends DomainEvent>
  extends CommandExecutor<State, Command, Event>
  implements OnApplicationShutdown
{
  private readonly deadline: ShutdownDeadline;

  constructor(
    decider: Decider<State, Command, Event>,
    { pools, publication, deadline, history }: ExecutorResources,
  ) {
    super({
      eventStore: new EventStore(pools.append, pools.personalData),
      decider,
      clockAndIds: { now: () => new Date(), newId },
      onAppended: (events) => publication.stored(events),
      whyOverloaded: () => publication.whyOverloaded(),
    });
    this.deadline = deadline;
    history.onChanged(() => this.forgetStates());
  }

  onApplicationShutdown(): Promise<void> {
    return this.deadline.within(() => this.drain());
  }
}
