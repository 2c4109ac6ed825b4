import { withTransaction } from '@eventfleet/postgres';
import {
  markParked,
  readParkedEvents,
  readParkedKeys,
  readParkedTotals,
  tryParkedEvents,
  type FoldingProjection,
  type ParkedFilter,
  type ParkedTrial,
  type ParkingMark,
} from '@eventfleet/projections';
import { readModels } from '@eventfleet/read-models';
import type pg from 'pg';
import { asking, consoleError } from '../console.problems.js';
import type { Stores } from '../stores/stores.js';
import type { ParkedEventView, ParkedOverview, SampleView, TrialView } from './parked.view.js';
import { recordView } from './record-view.js';

const MOST_KEYS = 200;
const MOST_EVENTS = 50;
/** Each of them holds up its partition for a moment. */
const SAMPLED_KEYS = 10;

/** Every store that events can be parked in. */
function parkedStores({ readStore, processManagers }: Stores) {
  return [
    { server: 'read store', pool: readStore },
    { server: 'event store', pool: processManagers },
  ];
}

/** Everything that is parked, or what a projection has parked. */
export async function listParked(stores: Stores, projection: string | undefined): Promise<ParkedOverview> {
  const found = await Promise.all(
    parkedStores(stores).map(({ server, pool }) =>
      asking(server, async () => ({
        totals: await readParkedTotals(pool),
        keys: await readParkedKeys(pool, { projection }, MOST_KEYS),
      })),
    ),
  );
  const keys = found
    .flatMap((each) => each.keys)
    .toSorted((a, b) => a.parkedAt.getTime() - b.parkedAt.getTime())
    .slice(0, MOST_KEYS);
  return {
    totals: found.flatMap(({ totals }) =>
      [...totals].map(([name, counts]) => {
        return { projection: name, ...counts, canTry: findReadModel(name) !== undefined };
      }),
    ),
    keys: keys.map(({ parkedAt, ...key }) => ({ ...key, parkedAt: parkedAt.toISOString() })),
  };
}

/** The first parked events of a key. @throws ProblemError `nothing-parked` */
export async function showParked(
  stores: Stores,
  projection: string,
  key: string,
): Promise<readonly ParkedEventView[]> {
  const { server, pool } = storeOf(stores, projection);
  const found = await asking(server, () => readParkedEvents(pool, { projection, key }, MOST_EVENTS));
  if (found.length === 0) throw nothingParked();
  return found.map(({ topic, partition, record, errorCode, errorMessage, attempts, parkedAt, mark }) => ({
    record: recordView(topic, partition, record),
    errorCode,
    errorMessage,
    attempts,
    parkedAt: parkedAt.toISOString(),
    mark,
  }));
}

/** @throws ProblemError `nothing-parked`, `no-trial` */
export async function tryParked(
  stores: Stores,
  name: string,
  key: string,
  mark: ParkingMark,
): Promise<TrialView> {
  const trial = await tryKey(stores, requireReadModel(name), key, mark);
  if (!trial) throw nothingParked();
  return { ...trial, fault: trial.fault ?? null };
}

/** Tries retries of the keys of a projection that have been parked longest, one after the other. @throws ProblemError `no-trial` */
export async function sampleParked(stores: Stores, name: string): Promise<SampleView> {
  const projection = requireReadModel(name);
  const keys = await asking('read store', () =>
    readParkedKeys(stores.readStore, { projection: name }, SAMPLED_KEYS),
  );
  const trials: ParkedTrial[] = [];
  for (const { key } of keys) {
    const trial = await tryKey(stores, projection, key, 'retry');
    if (trial) trials.push(trial);
  }
  const faults = Map.groupBy(
    trials.flatMap(({ fault }) => fault ?? []),
    ({ code }) => code,
  );
  return {
    tried: trials.length,
    clean: trials.filter(({ fault }) => !fault).length,
    faults: [...faults].map(([code, own]) => ({ code, message: own[0]!.message, keys: own.length })),
  };
}

function tryKey(
  { readStore, events, revealEach: reveal }: Stores,
  projection: FoldingProjection,
  key: string,
  mark: ParkingMark,
): Promise<ParkedTrial | undefined> {
  return asking('read store', () =>
    tryParkedEvents({ pool: readStore, projection, key, mark, source: events, reveal }),
  );
}

/**
 * Marks the first event of each key that is meant; the process that consumes its partition acts on it.
 * @param expected how many keys the operator means: if there are more or fewer by now, none is marked
 * @throws ProblemError `nothing-parked`, `count-changed`
 */
export async function markKeys(
  stores: Stores,
  mark: ParkingMark,
  filter: ParkedFilter & { readonly projection: string },
  expected: number,
): Promise<number> {
  const { server, pool } = storeOf(stores, filter.projection);
  return asking(server, () =>
    withTransaction(pool, async (client) => {
      const marked = await markParked(client, mark, filter);
      if (marked === 0) throw nothingParked();
      if (marked !== expected)
        throw consoleError('count-changed', `There are ${marked} keys by now, not ${expected}`);
      return marked;
    }),
  );
}

function storeOf(stores: Stores, projection: string): { server: string; pool: pg.Pool } {
  const [readStore, processManagers] = parkedStores(stores);
  return findReadModel(projection) ? readStore! : processManagers!;
}

function findReadModel(projection: string): FoldingProjection | undefined {
  return readModels.find(({ name }) => name === projection);
}

function requireReadModel(projection: string): FoldingProjection {
  const found = findReadModel(projection);
  if (found) return found;
  throw consoleError('no-trial', 'Only read models can be tried: the code of the others is in their app');
}

function nothingParked() {
  return consoleError('nothing-parked', 'Nothing is parked under this key by now');
}
