import { randomUUID } from 'node:crypto';
import { pino } from 'pino';
import { comparePositions, type TailEvent } from '@eventfleet/event-store';
import { OutboxRelay } from './outbox-relay.js';
import { inVersionOrder, startRelayFixture, type RelayFixture } from './relay.fixture.js';
import type { RelayTarget } from './relay-target.js';

let fixture: RelayFixture;
beforeEach(async () => {
  fixture = await startRelayFixture();
});
afterEach(() => fixture.close());

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

it('a relay that always has something to send verifies the log before each send', async () => {
  const steps: string[] = [];
  const relay = new OutboxRelay({
    pool: fixture.pool,
    target: {
      name: 'busy',
      recover: (_saved, resumeAt) => Promise.resolve({ resumeAt, isPublished: () => false }),
      publish: () => Promise.resolve(void steps.push('publish')),
      verify: () => Promise.resolve(void steps.push('verify')),
      state: () => ({}),
      close: () => Promise.resolve(),
    },
    logger: pino({ level: 'silent' }),
    holder: randomUUID(),
    pageSize: 10,
    verifyEveryMs: 0,
  });
  await fixture.store(30);
  relay.start();
  await fixture.drained('busy');
  await relay.stop();
  // A look at an empty tail verifies too, and publishes nothing.
  const beforeEachPublish = steps.flatMap((step, index) => (step === 'publish' ? [steps[index - 1]] : []));
  expect(beforeEachPublish.length).toBeGreaterThanOrEqual(3);
  expect(new Set(beforeEachPublish)).toEqual(new Set(['verify']));
});

it('a relay whose sends fail, written or not, loses nothing and repeats nothing', async () => {
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
