import { migrateEventStore } from '@eventfleet/event-store';
import { alternate } from '../support/alternate.ts';
import type { LoadResult } from '../support/closed-loop.ts';
import { atLeast, type Series } from '../support/comparison.ts';
import { runContestant } from '../support/contestant.ts';
import { createDatabase, databaseUrl } from '../support/databases.ts';
import { perSecond } from '../support/format.ts';
import type { AppendOptions } from '../ours/append.ts';
import type { Row } from './row.ts';

const CALLERS = 64;

export const append: Row = {
  name: 'append',
  measures: `library only, one event a stream, ${CALLERS} callers`,

  async run(bench) {
    const { servers, scale } = bench;
    const ours = databaseUrl(servers, 'append_ours');
    await migrateEventStore(ours);
    const baseline = databaseUrl(servers, 'append_baseline');
    await migrateEventStore(baseline);
    const emmett = await createDatabase(servers, 'append_emmett');
    const load = { callers: CALLERS, warmUpMs: scale.warmUpMs, measureMs: scale.measureMs };
    const measure = (file: string, databaseUrl: string, env?: Readonly<Record<string, string>>) =>
      runContestant<AppendOptions, LoadResult>(file, { databaseUrl, load }, env);

    const results = await alternate(
      bench,
      { rounds: scale.rounds, show: (result) => perSecond(result.perSecond) },
      {
        ours: () => measure('ours/append.ts', ours, bench.nodeOptions('append')),
        emmett: () => measure('peers/emmett/append.ts', emmett),
        baseline: () => measure('baselines/append.ts', baseline),
      },
    );
    const series = (label: string, measured: readonly LoadResult[]): Series => ({
      label,
      unit: '/s',
      values: measured.map((result) => result.perSecond),
    });
    const appended = series('group commit', results.ours);
    return [
      {
        name: 'append, beside emmett',
        ours: appended,
        beside: series('emmett', results.emmett),
        targets: [atLeast(10)],
      },
      {
        name: 'append, beside bare inserts',
        ours: appended,
        beside: series('bare inserts', results.baseline),
        targets: [atLeast(0.9)],
      },
    ];
  },
};
