import type { Stores } from '../stores/stores.js';
import { gatherFacts, gatherSlowFacts, type FleetFacts, type SlowFacts } from './fleet-facts.js';
import { fleetView, type Movement } from './fleet-view-of.js';
import type { FleetView } from './fleet.view.js';

const SLOW_EVERY_MS = 10_000;
/** Rates are those of the time since the look before; after a longer pause they would say little. */
const LONGEST_GAP_MS = 30_000;

/** Looks at the fleet again and again: rates and stops are what differs between two looks. */
export class FleetGatherer {
  private last: FleetFacts | undefined;
  private slow: { readonly at: number; readonly facts: SlowFacts } | undefined;
  /** When a partition last went on, by consumer, topic and partition. */
  private moved = new Map<string, Movement>();

  constructor(private readonly stores: Stores) {}

  async look(): Promise<FleetView> {
    const [facts, slow] = await Promise.all([gatherFacts(this.stores), this.slowFacts()]);
    const previous = this.last && facts.at - this.last.at < LONGEST_GAP_MS ? this.last : undefined;
    const { view, moved } = fleetView(facts, slow, previous, this.moved);
    this.last = facts;
    this.moved = moved;
    return view;
  }

  private async slowFacts(): Promise<SlowFacts> {
    const now = performance.now();
    if (this.slow && now - this.slow.at < SLOW_EVERY_MS) return this.slow.facts;
    const facts = await gatherSlowFacts(this.stores);
    this.slow = { at: now, facts };
    return facts;
  }
}
