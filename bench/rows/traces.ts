import { alternate } from '../support/alternate.ts';
import { commandCosts, showShares, total, type Shares } from '../support/command-cost.ts';
import { atMost, type Comparison, type Target } from '../support/comparison.ts';
import { Fleet } from '../support/fleet.ts';
import { usageMissing } from '../support/process-usage.ts';
import { startFleet } from '../support/running-fleet.ts';
import { startSpanSink } from '../support/span-sink.ts';
import type { Row } from './row.ts';

/** As in the row against: a small difference needs many rounds. */
const ROUNDS_AGAINST = 14;
const OFF_COSTS_AT_MOST = 1.01;

export const traces: Row = {
  name: 'traces',
  measures: 'CPU time a command without traces, with a hundredth of them, and with all',

  async run(bench) {
    const missing = usageMissing();
    if (missing !== undefined) {
      bench.say(`traces: skipped, ${missing}`);
      return [];
    }
    await using scope = new AsyncDisposableStack();
    const sink = scope.use(await startSpanSink());
    const measure = commandCosts(bench);
    const start = async (name: string, env: Readonly<Record<string, string>> = {}, root?: string) => {
      const fleet = await startFleet(await Fleet.create(bench, `traces_${name}`, { root }), scope, env);
      return () => measure({ ...fleet, url: fleet.commandUrl });
    };
    const on = { OTEL_EXPORTER_OTLP_ENDPOINT: sink.url };
    const some = { OTEL_TRACES_SAMPLER: 'parentbased_traceidratio', OTEL_TRACES_SAMPLER_ARG: '0.01' };
    const before = bench.against;
    const rivals: Readonly<Record<string, () => Promise<Shares>>> = {
      off: await start('off'),
      some: await start('some', { ...on, ...some }),
      all: await start('all', on),
      ...(before !== undefined && { before: await start('before', {}, before) }),
    };
    for (const warmUp of Object.values(rivals)) await warmUp();
    const isWhole = bench.scale.name === 'full' && before !== undefined;
    const rounds = isWhole ? ROUNDS_AGAINST : bench.scale.rounds;
    const results = await alternate(bench, { rounds, show: showShares }, rivals);
    const compare = (
      name: string,
      label: string,
      beside: readonly Shares[] = [],
      targets: Target[] = [],
    ): Comparison => ({
      name,
      ours: { label: 'traces off', unit: 'ms', values: (results['off'] ?? []).map(total) },
      beside: { label, unit: 'ms', values: beside.map(total) },
      targets,
    });
    return [
      compare('traces, CPU time of one of 100', 'one of 100 commands traced', results['some']),
      compare('traces, CPU time of all', 'every command traced', results['all']),
      ...(results['before']
        ? [
            compare('traces, CPU time off', 'the other checkout', results['before'], [
              atMost(OFF_COSTS_AT_MOST),
            ]),
          ]
        : []),
    ];
  },
};
