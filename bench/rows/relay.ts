import { atLeast } from '../support/comparison.ts';
import { ratesOf } from '../million/backlog.ts';
import type { Row } from './row.ts';

export const relay: Row = {
  name: 'relay',
  measures: 'stored events to Kafka, a share of the backlog a round',

  async run(_bench, million) {
    const { ours, produce } = await million.published();
    return [
      {
        name: 'relay, beside bare kafkajs produce',
        ours: { label: 'relay', unit: '/s', values: ratesOf(ours) },
        beside: { label: 'bare produce', unit: '/s', values: ratesOf(produce) },
        targets: [atLeast(0.7)],
      },
    ];
  },
};
