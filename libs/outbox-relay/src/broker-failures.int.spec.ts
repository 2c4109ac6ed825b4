import { randomUUID } from 'node:crypto';
import { pino } from 'pino';
import { comparePositions, type TailEvent } from '@eventfleet/event-store';
import { OutboxRelay } from './outbox-relay.js';
import { inVersionOrder, startRelayFixture, type RelayFixture } from './relay.fixture.spec.js';
import type { RelayTarget } from './relay-target.js';

let fixture: RelayFixture;
beforeAll(async () => {
  fixture = await startRelayFixture();
});
afterAll(() => fixture.close());

/** A broker that fails twice in a row before each batch that it takes: the second time it has written the batch. */
function failingTarget(log: TailEvent[]): RelayTarget {
  let sends = 0;
  return {
    name: 'failing',
    recover: (_saved, published) =>
      Promise.resolve({
        resumeAt: published,
        isPublished: ({ position }) => log.some((sent) => comparePositions(sent.position, position) === 0),
      }),
    publish(events) {
      const turn = sends++ % 3;
      if (turn > 0) log.push(...events);
      return turn === 2 ? Promise.resolve() : Promise.reject(new Error('no answer'));
    },
    verify: () => Promise.resolve(),
    state: () => ({}),
    close: () => Promise.resolve(),
  };
}

it('a relay whose sends fail and come through, told or not, loses nothing and repeats nothing', async () => {
  const log: TailEvent[] = [];
  const start = () => {
    const relay = new OutboxRelay({
      pool: fixture.pool,
      target: failingTarget(log),
      logger: pino({ level: 'silent' }),
      holder: randomUUID(),
      pageSize: 7,
    });
    relay.start();
    return relay;
  };
  await fixture.store(30);
  const first = start();
  await fixture.drained('failing');
  await first.stop();
  expect(log).toHaveLength(30);
  expect(inVersionOrder(log.map(({ event }) => event))).toBe(true);
});
