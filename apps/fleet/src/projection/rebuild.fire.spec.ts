import { randomUUID } from 'node:crypto';
import { armFailpoint, disarmFailpoints, type Failpoint } from '@eventfleet/resilience';
import { expectRight, rebuildUnderLoad } from './load.fixture.js';
import { histories, userHistory } from './histories.fixture.js';
import { startRebuildFixture, type RebuildFixture } from './rebuild.fixture.js';

let fleet: RebuildFixture;
beforeEach(async () => {
  fleet = await startRebuildFixture();
});
afterEach(async () => {
  disarmFailpoints();
  await fleet.close();
});

it.each(['user-list', 'user-stats'])(
  'a rebuild of %s under load ends without a difference, and the switch fails no query',
  async (name) => {
    const { comparison, failures, answers } = await rebuildUnderLoad(fleet, name, histories(2_500));

    expect(comparison).toEqual({ differences: 0, examples: [] });
    expect(failures).toEqual([]);
    expect(answers).toBeGreaterThan(100);
    await expectRight(fleet, name);
  },
);

describe('a rebuild that is killed', () => {
  /** In the order in which one rebuild comes by them. */
  const DEATHS: readonly Failpoint[] = [
    'between copy and progress',
    'between two pages',
    'between copy and progress',
    'between two phases',
    'between two indexes',
    'between two indexes',
    'between deferred stream and progress',
    'between rows and checkpoint',
    'between checkpoint and commit',
    'between commit and offset',
    'between two phases',
  ];

  it('goes on from everywhere, and ends right', async () => {
    const long = userHistory(
      Array.from({ length: 10_100 }, () => 'updated' as const),
      firstId(),
    );
    const users = histories(1_500);
    await fleet.append(...long, ...users.flat());
    await fleet.settled();
    for (const [place, failpoint] of DEATHS.entries()) {
      const { signal, output } = await fleet.cli(['rebuild', 'user-list'], {
        EVENTFLEET_FAILPOINT: failpoint,
      });

      expect({ place, signal }).toEqual({ place, signal: 'SIGKILL' });
      expect(output).toContain(`failpoint reached: ${failpoint}`);
      // What is left to catch up.
      if (place < 2) await fleet.append(...histories(30).flat());
      await fleet.settled();
    }

    const { output } = await fleet.cli(['rebuild', 'user-list']);

    expect(output).toContain('user-list: ready, not compared yet');
    expect(await fleet.compare('user-list')).toEqual({ differences: 0, examples: [] });
  }, 240_000);

  it('goes on behind its last page', async () => {
    await fleet.append(...histories(1_000).flat());
    await fleet.settled();
    armFailpoint('between two pages', () => {
      throw new Error('died');
    });
    await expect(fleet.rebuild('user-list')).rejects.toThrow('died');
    disarmFailpoints();

    await fleet.rebuild('user-list');

    expect(await fleet.compare('user-list')).toEqual({ differences: 0, examples: [] });
  });

  it('in the middle of the switch has changed nothing', async () => {
    await fleet.append(...histories(50).flat());
    await fleet.settled();
    await fleet.rebuild('user-list');
    await fleet.compare('user-list');
    const before = await fleet.tables('user-list');
    armFailpoint('between swap and commit', () => {
      throw new Error('died');
    });

    await expect(fleet.switchTo('user-list')).rejects.toThrow('died');
    disarmFailpoints();

    expect(await fleet.tables('user-list')).toEqual(before);
    await fleet.switchTo('user-list');
    expect(await fleet.tables('user-list')).toEqual(before);
  });
});

/** Lower than any other, so that a page begins with it. */
function firstId(): string {
  return `00000000-0000-4000-8000-${randomUUID().slice(-12)}`;
}
