import { AGGREGATES } from '@eventfleet/contracts';
import { createKafka } from '@eventfleet/kafka';
import { createPool } from '@eventfleet/postgres';
import { pino } from 'pino';
import { commandApiConfig } from '../command-api.fixture.js';
import { erasurePlaces } from './erasure-places.js';

const { kafka: settings, eventStoreUrl: url } = commandApiConfig;
// It never connects.
const pool = createPool({ url, applicationName: 'test', max: 1 });
const places = erasurePlaces({
  pool,
  readStore: pool,
  processManagers: pool,
  kafka: createKafka(settings, 'test', pino({ level: 'silent' })),
  settings,
  hasRabbitmq: true,
  hasOnboarding: true,
  aggregates: AGGREGATES,
});
const afterOf = (name: string) => places.find((place) => place.name === name)?.after;

describe('the places of an erasure', () => {
  it('have names of their own, and wait for none that stands behind them', () => {
    const names = places.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    for (const [index, { name, after = [] }] of places.entries())
      for (const other of after)
        expect([name, names.slice(0, index)]).toEqual([name, expect.arrayContaining([other])]);
  });

  it('are done in the order in which copies go from one to the other', () => {
    expect(afterOf('user-commands')).toEqual(['process-managers']);
    expect(afterOf('command-api.dead-letter')).toEqual(['user-commands']);
    expect(afterOf('user-list.dead-letter')).toEqual(['read-model user-list']);
    expect(afterOf('onboarding.dead-letter')).toEqual(['process-managers']);
  });
});
