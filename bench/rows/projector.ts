import { atLeast, type Series } from '../support/comparison.ts';
import { ratesOf, type BacklogRound } from '../million/backlog.ts';
import type { Row } from './row.ts';

export const projector: Row = {
  name: 'projector',
  measures: 'published events to both read models, a share of the backlog a round',

  async run(_bench, million) {
    const { ours, stock, upsert, eachBatch } = await million.projected();
    const series = (label: string, rounds: readonly BacklogRound[]): Series => ({
      label,
      unit: '/s',
      values: ratesOf(rounds),
    });
    const projected = series('projector', ours);
    return [
      {
        name: 'projector, beside the stock transport',
        ours: projected,
        beside: series('stock transport', stock),
        targets: [atLeast(40)],
      },
      {
        name: 'projector, beside bare upserts',
        ours: projected,
        beside: series('bare upserts', upsert),
        targets: [atLeast(0.8)],
      },
      {
        name: 'projector, beside bare eachBatch',
        ours: projected,
        beside: series('bare eachBatch', eachBatch),
        targets: [],
      },
    ];
  },
};
