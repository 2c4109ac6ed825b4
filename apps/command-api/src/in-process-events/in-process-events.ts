import type { EventCatalog } from '@eventfleet/contracts';
import type { NewEvent } from '@eventfleet/event-store';
import { finishesWithin } from '@eventfleet/resilience';
import { EventEmitter2 } from '@nestjs/event-emitter';
import type { Logger } from 'pino';
import type { InProcessEvent } from './in-process-event.js';
import { deliveriesDropped } from './in-process-events.metrics.js';
import { Listener, type ListenerOptions } from './listener.js';

export interface InProcessEventsOptions {
  /** Of every aggregate whose events listeners may get. */
  readonly catalogs: readonly EventCatalog[];
  readonly logger: Logger;
  readonly timeoutMs?: number;
  readonly maxUnderWay?: number;
  /** Events that wait for their turn at most. */
  readonly maxQueued?: number;
}

const TIMEOUT_MS = 5_000;
const MAX_UNDER_WAY = 100;
const MAX_QUEUED = 10_000;
/** Then requests have their turn. */
const TURN = 50;
const STOP_MS = 1_000;
/** In metrics, for an event that no listener got. */
const EVERY_LISTENER = '(all)';

/**
 * Delivers durable events to listeners in this process, in the order of their append. No command waits for it.
 * At most once: a crash, a full queue or a listener that is behind loses events for good, and other processes get none
 * of them. What must not be missed belongs on Kafka.
 */
export class InProcessEvents {
  /** Finds the listeners to an event by their patterns; what is emitted on it directly is not guarded. */
  readonly emitter = new EventEmitter2({ wildcard: true, delimiter: '.', maxListeners: 0 });
  private readonly listeners = new Map<unknown, Listener>();
  private readonly byType = new Map<string, readonly Listener[]>();
  private queue: NewEvent[] = [];
  private turn: NodeJS.Immediate | undefined;

  constructor(private readonly options: InProcessEventsOptions) {}

  /** @param pattern an event's type, with `*` for a part of it */
  listen(pattern: string, listener: Pick<ListenerOptions, 'name' | 'priority' | 'call'>): void {
    const { logger, timeoutMs = TIMEOUT_MS, maxUnderWay = MAX_UNDER_WAY } = this.options;
    const call = (event: InProcessEvent) => listener.call(event);
    this.listeners.set(call, new Listener({ ...listener, logger, timeoutMs, maxUnderWay }));
    this.emitter.on(pattern, call);
    this.byType.clear();
  }

  /** Takes events that have been appended; what does not fit into the queue is dropped. Never throws. */
  offer(events: readonly NewEvent[]): void {
    if (this.listeners.size === 0) return;
    const space = (this.options.maxQueued ?? MAX_QUEUED) - this.queue.length;
    const taken = events.length <= space ? events : events.slice(0, space);
    if (taken.length < events.length)
      deliveriesDropped.inc({ listener: EVERY_LISTENER }, events.length - taken.length);
    this.queue.push(...taken);
    this.turn ??= setImmediate(() => this.deliverSome());
  }

  /** Delivers what is queued, and waits a little for what is under way. */
  async stop(): Promise<void> {
    clearImmediate(this.turn);
    for (const event of this.queue.splice(0)) this.deliver(event);
    await finishesWithin(
      Promise.all([...this.listeners.values()].map((listener) => listener.drained())),
      STOP_MS,
    );
  }

  private deliverSome(): void {
    for (const event of this.queue.splice(0, TURN)) this.deliver(event);
    this.turn = this.queue.length > 0 ? setImmediate(() => this.deliverSome()) : undefined;
  }

  private deliver(recorded: NewEvent): void {
    const listeners = this.listenersTo(recorded.type);
    if (listeners.length === 0) return;
    const event = this.parse(recorded);
    if (event) for (const listener of listeners) listener.deliver(event);
  }

  /** Frozen: no listener may change what the next one gets. */
  private parse(recorded: NewEvent): InProcessEvent | undefined {
    const catalog = this.options.catalogs.find(
      ({ aggregateType }) => aggregateType === recorded.aggregateType,
    );
    try {
      const data = Object.freeze(catalog?.read(recorded).data);
      return data && Object.freeze({ ...recorded, data });
    } catch (err) {
      this.options.logger.error(
        { err, event: recorded.type },
        'an event cannot be parsed: no listener in this process gets it',
      );
      return undefined;
    }
  }

  private listenersTo(type: string): readonly Listener[] {
    let found = this.byType.get(type);
    if (!found) {
      const order = [...this.listeners.values()];
      found = this.emitter
        .listeners(type)
        .flatMap((call) => this.listeners.get(call) ?? [])
        .toSorted((a, b) => b.priority - a.priority || order.indexOf(a) - order.indexOf(b));
      this.byType.set(type, found);
    }
    return found;
  }
}
