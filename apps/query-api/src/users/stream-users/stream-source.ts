import { ContractError, userState, type RecordedEvent, type UserState } from '@eventfleet/contracts';
import type { PastState, TailEvent, TailMark, WantedState } from '@eventfleet/event-store';
import { loadPastUsers, STORED_USERS, toAuditItem } from '@eventfleet/read-models/queries';
import type { StoredEvents } from '../../event-store/stored-events.js';
import type { StreamEvent, StreamFilter } from './stream-event.js';
import { eventFrame } from './stream-frames.js';
import { unreadableEvents } from './stream.metrics.js';

export interface StreamPage {
  /** False: the store does not know the mark any more. */
  readonly isKnown: boolean;
  readonly end: TailMark;
  readonly events: readonly StreamEvent[];
}

/** The states of users after the newest of their events that was read, as far as they are kept. */
export interface UserStates {
  get(id: string): PastState<UserState> | undefined;
  set(id: string, past: PastState<UserState>): unknown;
}

export interface ReadOptions {
  readonly filter?: StreamFilter;
  /** Events, at most. */
  readonly limit?: number;
  /** The next event of a user who is kept here needs no look into the past. */
  readonly users?: UserStates;
}

/** Of one page: a client that does not read has so many in memory. */
const EVENTS_A_PAGE = 64;
/** Of the tail that a page with a filter looks through. */
const SCAN_FILTERED = 5_000;

/** Pages of the tail, with what each event changed. */
export class StreamSource {
  constructor(private readonly store: StoredEvents) {}

  /**
   * Reads the tail on from a mark. An event that cannot be read is left out, and so are later ones of its user: the
   * others go on.
   * @throws what the store throws while it is away
   */
  async read(
    after: TailMark,
    { filter = {}, limit = EVENTS_A_PAGE, users = new Map<string, PastState<UserState>>() }: ReadOptions = {},
  ): Promise<StreamPage> {
    const isFiltered = filter.aggregateId !== undefined || filter.types !== undefined;
    const page = await this.store.ask(({ events }) =>
      events.followTail({
        after,
        filter: { ...filter, aggregateType: STORED_USERS.catalog.aggregateType },
        scan: isFiltered ? SCAN_FILTERED : limit,
        limit,
      }),
    );
    if (!page.isKnown) return { ...page, events: [] };
    await this.loadUsersBefore(page.events, users);
    const events: StreamEvent[] = [];
    for (const { position, event } of page.events) {
      const made = await this.toItem(event, users);
      if (!made) {
        unreadableEvents.inc();
        continue;
      }
      const { aggregateId: userId, version, type, eventId } = event;
      users.set(userId, { state: made.after, version });
      const mark = { ...position, systemIdentifier: page.end.systemIdentifier, eventId };
      events.push({ mark, userId, type, frame: eventFrame(userId, made.item, mark) });
    }
    return { ...page, events };
  }

  /** The users as they were before their first events of the page, in one query. What fails is loaded one by one. */
  private async loadUsersBefore(tail: readonly TailEvent[], users: UserStates): Promise<void> {
    const first = new Map<string, WantedState<UserState>>();
    for (const { event } of tail)
      if (!first.has(event.aggregateId)) first.set(event.aggregateId, wantedBefore(event));
    const wanted = [...first.values()].filter(
      ({ aggregateId, version }) => version > 0 && users.get(aggregateId)?.version !== version,
    );
    if (wanted.length === 0) return;
    const loaded = await this.store
      .ask(({ events }) => loadPastUsers(events, wanted))
      .catch(() => new Map<string, PastState<UserState>>());
    for (const [id, past] of loaded) users.set(id, past);
  }

  /** Undefined if the event, or an earlier one of its user, cannot be read. */
  private async toItem(
    event: RecordedEvent,
    users: UserStates,
  ): Promise<ReturnType<typeof toAuditItem> | undefined> {
    const wanted = wantedBefore(event);
    try {
      const kept = wanted.version === 0 ? NO_USER : users.get(event.aggregateId);
      // However long its history is: the stream waits for nobody's snapshots.
      const loaded =
        kept?.version === wanted.version
          ? kept
          : (await loadPastUsers(this.store.events, [wanted], Infinity)).get(event.aggregateId);
      return loaded?.version === wanted.version ? toAuditItem(event, loaded.state) : undefined;
    } catch (error) {
      if (error instanceof ContractError) return undefined;
      throw error;
    }
  }
}

const NO_USER: PastState<UserState> = { state: userState.initialState, version: 0 };

function wantedBefore({ aggregateId, version }: RecordedEvent): WantedState<UserState> {
  return { aggregateId, version: version - 1 };
}
