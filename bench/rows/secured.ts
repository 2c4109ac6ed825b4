import { startTestIssuer } from '@eventfleet/testing';
import { alternate } from '../support/alternate.ts';
import type { Bench } from '../support/bench.ts';
import { commandCosts, showShares, total, type Shares } from '../support/command-cost.ts';
import { atMost, type Comparison } from '../support/comparison.ts';
import { Fleet } from '../support/fleet.ts';
import { usageMissing } from '../support/process-usage.ts';
import { startFleet } from '../support/running-fleet.ts';
import { securedSettings, signedIn, type Prepare } from '../support/secured-settings.ts';
import { createNth, updateAnyOf } from '../support/user-requests.ts';
import type { Row } from './row.ts';

/** Two fleets and two commands take turns: the rounds of other rows would not tell a difference of some hundredths. */
const ROUNDS = 5;
const COSTS_AT_MOST = 1.2;

/** What a fleet's commands cost. */
interface Costs {
  readonly create: () => Promise<Shares>;
  readonly update: () => Promise<Shares>;
}

export const secured: Row = {
  name: 'secured',
  measures: 'CPU time a command with tokens, signed events and encrypted personal data, and without',

  async run(bench) {
    const missing = usageMissing();
    if (missing !== undefined) {
      bench.say(`secured: skipped, ${missing}`);
      return [];
    }
    await using scope = new AsyncDisposableStack();
    const issuer = await startTestIssuer();
    scope.defer(() => issuer.close());
    const on = await startRival(
      bench,
      'secured_on',
      scope,
      securedSettings(issuer),
      await signedIn(issuer, 'users:write'),
    );
    const off = await startRival(bench, 'secured_off', scope);
    const rounds = bench.scale.name === 'quick' ? 1 : ROUNDS;
    const results = await alternate(
      bench,
      { rounds, show: showShares },
      {
        'create, secured': on.create,
        'create, not secured': off.create,
        'update, secured': on.update,
        'update, not secured': off.update,
      },
    );
    return [
      compare('a create', results['create, secured'], results['create, not secured']),
      compare('an update', results['update, secured'], results['update, not secured']),
    ];
  },
};

/** Starts a fleet, warms it up, and makes the users that are updated. */
async function startRival(
  bench: Bench,
  name: string,
  scope: AsyncDisposableStack,
  settings: Readonly<Record<string, string>> = {},
  prepare: Prepare = (request) => request,
): Promise<Costs> {
  const fleet = await startFleet(await Fleet.create(bench, name, { settings }), scope);
  const measure = commandCosts(bench);
  const rival = { ...fleet, url: fleet.commandUrl };
  const { users } = bench.scale;
  const anyUser = updateAnyOf(users);
  const made = { users: 0 };
  const create = () => measure(rival, () => prepare(createNth(++made.users)));
  const update = () => measure(rival, () => prepare(anyUser()));
  while (made.users < users) await create();
  await update();
  return { create, update };
}

function compare(command: string, on: readonly Shares[], off: readonly Shares[]): Comparison {
  return {
    name: `secured, CPU time of ${command}`,
    ours: { label: 'secured', unit: 'ms', values: on.map(total) },
    beside: { label: 'not secured', unit: 'ms', values: off.map(total) },
    targets: [atMost(COSTS_AT_MOST)],
  };
}
