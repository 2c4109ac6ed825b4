import { createPublisher, partitionOf, type OutgoingRecord } from '@eventfleet/kafka';
import { alternate } from '../support/alternate.ts';
import type { Bench } from '../support/bench.ts';
import { atLeast } from '../support/comparison.ts';
import { userId } from '../support/events.ts';
import { Fleet } from '../support/fleet.ts';
import { perSecond } from '../support/format.ts';
import { eventsFor } from '../support/history.ts';
import { httpLoad } from '../support/http-load.ts';
import { untilCount } from '../support/meter.ts';
import { projectionMeter } from '../support/projection-meter.ts';
import { startFleet, type RunningFleet } from '../support/running-fleet.ts';
import { storedEvents } from '../support/stored-events.ts';
import { PARTITIONS, quietKafka } from '../support/topics.ts';
import { updateAnyOf } from '../support/user-requests.ts';
import type { Row } from './row.ts';

const CONNECTIONS = 64;

export const poison: Row = {
  name: 'poison',
  measures:
    'updates of 10,000 users, of whom one has a record that cannot be read, until all that can be applied is',

  async run(bench) {
    const { servers, scale } = bench;
    await using scope = new AsyncDisposableStack();
    const data = await Fleet.create(bench, 'poison');
    await data.seed(1, eventsFor(scale.users));
    const fleet = await startFleet(data, scope);
    await fleet.untilCaughtUp();
    const publisher = createPublisher(quietKafka(servers.kafkaBrokers));
    scope.defer(() => publisher.disconnect());

    let poisoned = 0;
    const untilAllIsTaken = async () => {
      await using taken = await projectionMeter(data.readStoreUrl, 'behind');
      await untilCount(taken, (await storedEvents(data.eventStoreUrl)) + poisoned);
    };
    const measure = (begin: () => Promise<void>) => measureUpdates(bench, fleet, begin, untilAllIsTaken);
    await measure(() => Promise.resolve());
    const results = await alternate(
      bench,
      { rounds: scale.rounds, show: perSecond },
      {
        calm: () => measure(() => Promise.resolve()),
        poisoned: () =>
          measure(async () => void (await publisher.publish(data.topic, [noise(userId(++poisoned))]))),
      },
    );
    return [
      {
        name: 'poison, one user of many',
        ours: { label: 'with poison', unit: '/s', values: results.poisoned },
        beside: { label: 'without', unit: '/s', values: results.calm },
        targets: [atLeast(0.9)],
      },
    ];
  },
};

/** Updates a second, from the first request until the last one is applied or waits behind the poison. */
async function measureUpdates(
  bench: Bench,
  fleet: RunningFleet,
  begin: () => Promise<void>,
  untilAllIsTaken: () => Promise<void>,
): Promise<number> {
  const { users, measureMs } = bench.scale;
  const startedAt = performance.now();
  await begin();
  const load = { callers: CONNECTIONS, warmUpMs: 0, measureMs: measureMs * 2 };
  const { accepted } = await httpLoad(fleet.commandUrl, load, updateAnyOf(users));
  await untilAllIsTaken();
  return (accepted * 1_000) / (performance.now() - startedAt);
}

/** What no event looks like, under a user's key. */
function noise(key: string): OutgoingRecord {
  return { partition: partitionOf(key, PARTITIONS), key, value: 'noise', headers: {} };
}
