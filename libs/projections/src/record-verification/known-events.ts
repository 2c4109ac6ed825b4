import { setImmediate as nextTurn } from 'node:timers/promises';
import type { EventIdentity, EventSource } from '../event-source.js';

interface Asked {
  readonly identity: EventIdentity;
  /** Of the event and those of its batch that were asked for with it. */
  readonly areKnown: Promise<boolean>;
}

interface Question {
  readonly events: readonly EventIdentity[];
  readonly resolve: (areKnown: boolean) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * An answer holds for so long, and for three times that at most. The store may lose the events meanwhile, as it may after any answer. It suffices
 * for projections that are a few milliseconds apart; entries that live longer outlive young collections.
 */
const HOLDS_MS = 30;
const MOST_ENTRIES = 5_000;
/** Batches of so many events, and of the last one of them, are asked for in one query. */
const ENOUGH_EVENTS = 1_000;

/**
 * Whether the event store knows events. The projections of a process apply the same ones at about the same time: it is
 * asked once for them, and for the batches of all partitions that wait meanwhile in one query.
 */
export class KnownEvents {
  private recent = new Map<string, Asked>();
  private earlier: ReadonlyMap<string, Asked> = new Map();
  private turnedAt = Number.NEGATIVE_INFINITY;
  private questions: Question[] = [];
  private running: Promise<void> | undefined;

  constructor(private readonly source: EventSource) {}

  /**
   * False if the store lacks one of these, or of those that a batch with one of these has asked for.
   * @throws a transient error as long as the store cannot say
   */
  async areKnown(events: readonly EventIdentity[]): Promise<boolean> {
    this.forgetOld();
    const answers = new Set<Promise<boolean>>();
    const fresh = events.filter((event) => {
      const asked = this.recent.get(event.eventId) ?? this.earlier.get(event.eventId);
      const isAsked = asked !== undefined && isSame(asked.identity, event);
      if (isAsked) answers.add(asked.areKnown);
      return !isAsked;
    });
    if (fresh.length > 0) answers.add(this.ask(fresh));
    return (await Promise.all(answers)).every(Boolean);
  }

  private ask(events: readonly EventIdentity[]): Promise<boolean> {
    const { recent } = this;
    const { promise: areKnown, resolve, reject } = Promise.withResolvers<boolean>();
    this.questions.push({ events, resolve, reject });
    this.running ??= this.run();
    for (const identity of events) recent.set(identity.eventId, { identity, areKnown });
    const forget = () => {
      for (const { eventId } of events) recent.delete(eventId);
    };
    areKnown.then((yes) => yes || forget(), forget);
    return areKnown;
  }

  /** One query at a time. */
  private async run(): Promise<void> {
    // What is asked in this turn of the event loop shares the first one.
    await nextTurn();
    while (this.questions.length > 0) {
      const asked = this.takeQuestions();
      try {
        const unknown = new Set(await this.source.findUnknown(asked.flatMap(({ events }) => events)));
        for (const { events, resolve } of asked) resolve(!events.some((event) => unknown.has(event)));
      } catch (error) {
        for (const { reject } of asked) reject(error);
      }
    }
    this.running = undefined;
  }

  private takeQuestions(): readonly Question[] {
    let [count, events] = [0, 0];
    while (count < this.questions.length && events < ENOUGH_EVENTS)
      events += this.questions[count++]!.events.length;
    return this.questions.splice(0, count);
  }

  private forgetOld(): void {
    const now = performance.now();
    if (now - this.turnedAt < HOLDS_MS && this.recent.size < MOST_ENTRIES) return;
    this.earlier = now - this.turnedAt < 2 * HOLDS_MS ? this.recent : new Map();
    this.turnedAt = now;
    this.recent = new Map();
  }
}

function isSame(a: EventIdentity, b: EventIdentity): boolean {
  return a.aggregateId === b.aggregateId && a.version === b.version && a.aggregateType === b.aggregateType;
}
