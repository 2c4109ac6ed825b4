import pg from 'pg';
import { startFleet, type Fleet } from '../support/fleet.js';

/** One fleet for all cases of the contract: two copies of command-api, a projector and a query-api. */
export interface ContractStage {
  readonly fleet: Fleet;
  /** The event store. */
  readonly store: pg.Pool;
  /** The address of the users at the first command-api. */
  readonly users: string;
}

/** Call it in the `describe` whose cases share the fleet; its properties are there from the first `beforeAll` on. */
export function openContractStage(): ContractStage {
  let fleet: Fleet;
  let store: pg.Pool;
  beforeAll(async () => {
    fleet = await startFleet('contract', { commandApis: 2, projectors: 1, queryApis: 1 });
    store = new pg.Pool({ connectionString: fleet.eventStoreUrl });
  }, 120_000);
  afterAll(async () => {
    await store.end();
    await fleet.stop();
  }, 60_000);
  return {
    get fleet() {
      return fleet;
    },
    get store() {
      return store;
    },
    get users() {
      return `${fleet.commandApis[0]!.url}/users`;
    },
  };
}
