import type { Bench } from '../support/bench.ts';
import { Fleet } from '../support/fleet.ts';
import { drainRelay, type RelayRounds } from './relay-backlog.ts';
import { drainProjector, type ProjectorRounds } from './projector-backlog.ts';

/**
 * The fleet with the large store, made once and shared by the rows: its events are stored, then published, then
 * projected, and each step is measured as it happens. Whoever needs a later step first makes the earlier ones.
 */
export class Million {
  #stored: Promise<Fleet> | undefined;
  #published: Promise<RelayRounds> | undefined;
  #projected: Promise<ProjectorRounds> | undefined;

  readonly #bench: Bench;

  constructor(bench: Bench) {
    this.#bench = bench;
  }

  /** All events are in the store. */
  stored(): Promise<Fleet> {
    return (this.#stored ??= this.#store());
  }

  /** All events are in Kafka. */
  published(): Promise<RelayRounds> {
    return (this.#published ??= this.stored().then((fleet) => drainRelay(this.#bench, fleet)));
  }

  /** All events are in both read models. */
  projected(): Promise<ProjectorRounds> {
    return (this.#projected ??= this.#project());
  }

  async #store(): Promise<Fleet> {
    const { scale, say } = this.#bench;
    say(`storing ${scale.manyEvents.toLocaleString('en')} events`);
    const fleet = await Fleet.create(this.#bench, 'million');
    await fleet.seed(1, scale.manyEvents);
    return fleet;
  }

  async #project(): Promise<ProjectorRounds> {
    await this.published();
    return drainProjector(this.#bench, await this.stored());
  }
}
