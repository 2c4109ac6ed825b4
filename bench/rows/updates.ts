import { atLeast } from '../support/comparison.ts';
import { Fleet } from '../support/fleet.ts';
import { eventsFor } from '../support/history.ts';
import { beside, measureRivals } from '../support/rivals.ts';
import { startFleet } from '../support/running-fleet.ts';
import { startTutorial } from '../support/running-tutorial.ts';
import { updateAnyOf, updateHot } from '../support/user-requests.ts';
import type { Row } from './row.ts';

const CONNECTIONS = 64;
const HOT_USER_TARGET = 3_000;

export const updates: Row = {
  name: 'updates',
  measures: 'updates over HTTP, durable: the whole fleet beside the whole tutorial',

  async run(bench) {
    await using scope = new AsyncDisposableStack();
    const { users } = bench.scale;
    const data = await Fleet.create(bench, 'updates');
    await data.seed(1, eventsFor(users));
    const fleet = await startFleet(data, scope);
    const tutorial = await startTutorial(bench, 'updates_tutorial', users, scope);
    await fleet.untilCaughtUp();

    const rivals = { fleet, tutorial };
    const any = await measureRivals(bench, 'update, any user', rivals, CONNECTIONS, updateAnyOf(users));
    const hot = await measureRivals(bench, 'update, one hot user', rivals, CONNECTIONS, updateHot());
    return [
      { ...beside('update, any of many users', any), targets: [atLeast(8)] },
      { ...beside('update, one hot user', hot), targets: [atLeast(HOT_USER_TARGET, 'ours')] },
    ];
  },
};
