import type { Mutation } from './mutation.ts';

const src = 'libs/projections/src';
const PARKING = `${src}/parking.int.spec.ts`;
const DESK = `${src}/parked-event-processor.int.spec.ts`;
const RANDOM = `${src}/parking.property.int.spec.ts`;

/** Events that cannot be applied, and those behind them. */
export const parkingMutations: readonly Mutation[] = [
  {
    mechanism: 'parking order: what comes later goes behind',
    file: `${src}/parking-statements.ts`,
    from: 'on conflict (projection, aggregate_id) do update set parked = true',
    to: 'on conflict (projection, aggregate_id) do nothing',
    spec: RANDOM,
    propertyFactor: 10,
  },
  {
    mechanism: 'parking order: an isolation tries nothing behind a fault',
    file: `${src}/isolation.ts`,
    from: 'isLeftOut: (event) => faults.isBehind(event.aggregateId, offsets.get(event)!),',
    to: 'isLeftOut: () => false,',
    spec: RANDOM,
    propertyFactor: 10,
  },
  {
    mechanism: 'parking order: a retry stops at the next fault',
    file: `${src}/parked-chunk.ts`,
    from: 'isLeftOut: () => refused !== undefined,',
    to: 'isLeftOut: () => false,',
    spec: DESK,
    test: 'stops at the next event at fault',
  },
  {
    mechanism: 'parking order: random faults, retries and live events',
    file: `${src}/parked-chunk.ts`,
    from: 'isLeftOut: () => refused !== undefined,',
    to: 'isLeftOut: () => false,',
    spec: RANDOM,
    propertyFactor: 10,
  },
  {
    mechanism: 'parking: a key is let go when nothing waits, random',
    file: `${src}/parked-chunk.ts`,
    from: 'if (noted.rowCount === 0 && isAggregateId(key))',
    to: 'if (noted.rowCount === -1)',
    spec: RANDOM,
    propertyFactor: 10,
  },
  {
    mechanism: 'parking: a key is locked while it is worked off',
    file: `${src}/parking-statements.ts`,
    from: 'where projection = $1 and aggregate_id = $2 for update`',
    to: 'where projection = $1 and aggregate_id = $2`',
    spec: DESK,
    test: 'does not unpark a key behind which something is being put',
  },
  {
    mechanism: 'parking: only what fails for good',
    file: `${src}/is-permanent.ts`,
    from: '|| !isTransient(error);',
    to: '|| isTransient(error) !== undefined;',
    spec: PARKING,
    test: 'never parks, however often it comes',
  },
  {
    mechanism: 'parking: a token of a parked user is answered at once',
    file: 'apps/query-api/src/consistency/consistent-reader.ts',
    from: 'if (answer === PARKED) throw parkedError(catalog.aggregateType);',
    to: '',
    spec: 'apps/query-api/src/consistency/consistency.int.spec.ts',
    test: 'answers 503 at once when the user is parked in the projection',
  },
  {
    mechanism: 'pauses: attempts at an event are not paced by the outage before it',
    file: 'libs/kafka/src/consumer/partition-pauses.ts',
    from: '(earlier?.kind === kind ? earlier.failures : 0) + 1',
    to: '(earlier?.failures ?? 0) + 1',
    spec: 'libs/kafka/src/consumer/partition-pauses.unit.spec.ts',
  },
];
