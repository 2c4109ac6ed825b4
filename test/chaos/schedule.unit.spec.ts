import { planFaults, type Fault } from './schedule.ts';
import { topologyOf } from './topology.ts';

const MINUTE = 60_000;
const topology = topologyOf(true);
const options = { durationMs: 4 * MINUTE, hasPoison: true, failover: undefined, topology };

/** From the end of each to the begin of the next. */
function gapsOf(faults: readonly Fault[]): number[] {
  return faults.slice(1).map(({ at }, index) => at - (faults[index]!.at + faults[index]!.forMs));
}

describe('planFaults', () => {
  it('is the same for a seed, and another for another', () => {
    expect(planFaults(7, options)).toEqual(planFaults(7, options));
    expect(planFaults(7, options)).not.toEqual(planFaults(8, options));
  });

  it.each([1, 2, 3, 4, 5])('is in order, and over before the end (seed %i)', (seed) => {
    const faults = planFaults(seed, options);
    expect(faults.map(({ at }) => at)).toEqual(faults.map(({ at }) => at).toSorted((a, b) => a - b));
    for (const { at, forMs } of faults) expect(at + forMs).toBeLessThanOrEqual(options.durationMs);
  });

  it.each([1, 2, 3, 4, 5])(
    'kills, freezes and stops every app, and crashes every server (seed %i)',
    (seed) => {
      const names = new Set(planFaults(seed, options).map(({ kind, target }) => `${kind} ${target}`));
      for (const { name } of topology.copies)
        for (const kind of ['kill', 'freeze', 'terminate']) expect(names).toContain(`${kind} ${name}`);
      for (const name of topology.servers) expect(names).toContain(`kill ${name}`);
    },
  );

  it('meets every kind within a minute and a half', () => {
    const kinds = (seed: number) =>
      new Set(planFaults(seed, { ...options, durationMs: 1.5 * MINUTE }).map(({ kind }) => kind)).size;
    expect([11, 12, 13, 14, 15].map(kinds)).toEqual([7, 7, 7, 7, 7]);
  });

  it.each([1, 2, 3])('never hits a target that it has not let recover (seed %i)', (seed) => {
    const faults = planFaults(seed, { ...options, durationMs: 20 * MINUTE });
    const byTarget = Map.groupBy(faults, ({ target }) => target);
    const respites = [...byTarget.values()].flatMap(gapsOf);
    expect(Math.min(...respites)).toBeGreaterThanOrEqual(4_000);
  });

  it('does without RabbitMQ, and what needs it, where there is none', () => {
    const faults = planFaults(7, { ...options, topology: topologyOf(false) });
    expect(faults.filter(({ target }) => /rabbitmq|notifier/.test(target))).toEqual([]);
  });

  it.each([1, 2, 3])('has the store fail over in every way, one after the other (seed %i)', (seed) => {
    const faults = planFaults(seed, { ...options, durationMs: 20 * MINUTE, failover: 'async' });
    const onStore = faults.filter(({ target }) => target === 'postgres');
    expect(new Set(onStore.map(({ kind, primary }) => primary ?? kind))).toEqual(
      new Set(['kill', 'killed', 'frozen', 'cut off']),
    );
    expect(Math.min(...gapsOf(onStore))).toBeGreaterThanOrEqual(15_000);
    expect(planFaults(seed, options).filter(({ kind }) => kind === 'failover')).toEqual([]);
    const short = planFaults(seed, { ...options, durationMs: MINUTE, failover: 'async' });
    expect(short.filter(({ kind }) => kind === 'failover').length).toBeGreaterThanOrEqual(1);
  });

  it.each([1, 2, 3])('kills every one of three brokers, one at a time (seed %i)', (seed) => {
    const three = topologyOf(true, 3);
    const faults = planFaults(seed, { ...options, durationMs: 20 * MINUTE, topology: three });
    const onBrokers = faults.filter(({ target }) => target.startsWith('kafka'));
    expect(new Set(onBrokers.map(({ target }) => target))).toEqual(new Set(three.brokers));
    expect(Math.min(...gapsOf(onBrokers))).toBeGreaterThanOrEqual(45_000);
  });

  it('has no poison where that is off', () => {
    const faults = planFaults(7, { ...options, hasPoison: false });
    expect(faults.filter(({ kind }) => kind === 'poison')).toEqual([]);
  });

  it('freezes for longer than the session of a consumer', () => {
    const frozen = planFaults(9, options).filter(({ kind }) => kind === 'freeze');
    expect(Math.min(...frozen.map(({ forMs }) => forMs))).toBeGreaterThan(10_000);
  });
});
