import type { EventIdentity, EventSource } from '../event-source.js';

interface Asked {
  readonly identity: EventIdentity;
  /** Of the event and those that were asked for with it. */
  readonly areKnown: Promise<boolean>;
}

/** How long an answer holds, at most twice. The store may lose the events meanwhile, as it may after any answer. */
const HOLDS_MS = 1_000;
const MOST_ENTRIES = 10_000;

/**
 * Whether the event store knows events. The projections of a process apply the same ones at about the same time: it is
 * asked once for them.
 */
export class KnownEvents {
  private recent = new Map<string, Asked>();
  private earlier: ReadonlyMap<string, Asked> = new Map();
  private turnedAt = Number.NEGATIVE_INFINITY;

  /**
   * False if the store lacks one of these, or one that was asked for together with one of these.
   * @throws a transient error as long as the store cannot say
   */
  async areKnown(source: EventSource, events: readonly EventIdentity[]): Promise<boolean> {
    this.forgetOld();
    const answers = new Set<Promise<boolean>>();
    const fresh = events.filter((event) => {
      const asked = this.recent.get(event.eventId) ?? this.earlier.get(event.eventId);
      const isAsked = asked !== undefined && isSame(asked.identity, event);
      if (isAsked) answers.add(asked.areKnown);
      return !isAsked;
    });
    if (fresh.length > 0) answers.add(this.ask(source, fresh));
    return (await Promise.all(answers)).every(Boolean);
  }

  private ask(source: EventSource, events: readonly EventIdentity[]): Promise<boolean> {
    const { recent } = this;
    const areKnown = source.findUnknown(events).then((unknown) => unknown.length === 0);
    for (const identity of events) recent.set(identity.eventId, { identity, areKnown });
    const forget = () => {
      for (const { eventId } of events) recent.delete(eventId);
    };
    areKnown.then((yes) => yes || forget(), forget);
    return areKnown;
  }

  private forgetOld(): void {
    const now = performance.now();
    if (now - this.turnedAt < HOLDS_MS && this.recent.size < MOST_ENTRIES) return;
    this.turnedAt = now;
    this.earlier = this.recent;
    this.recent = new Map();
  }
}

function isSame(a: EventIdentity, b: EventIdentity): boolean {
  return a.aggregateId === b.aggregateId && a.version === b.version && a.aggregateType === b.aggregateType;
}
