import { EventStore, TAIL_START } from '@eventfleet/event-store';
import { eventually } from '@eventfleet/testing';
import { startRelayFixture, type RelayFixture } from './relay.fixture.js';
import { TailReader } from './tail-reader.js';

let fixture: RelayFixture;
beforeAll(async () => {
  fixture = await startRelayFixture();
});
afterAll(() => fixture.close());

it('a tail that is read ahead gives every event once and in order, from wherever it is asked', async () => {
  const eventStore = new EventStore(fixture.pool);
  await fixture.store(35);
  const whole = await eventually(async () => {
    const page = await new TailReader(eventStore, 100).read(TAIL_START);
    return page.length === 35 && page;
  });

  const tail = new TailReader(eventStore, 4);
  const seen = [];
  for (let position = TAIL_START; ;) {
    const page = await tail.read(position);
    if (page.length === 0) break;
    tail.readAhead(page);
    position = page.at(-1)!.position;
    seen.push(...page);
  }
  expect(seen).toEqual(whole);

  // As after a recovery: the page that was read ahead is another one than the next.
  tail.readAhead(whole.slice(0, 4));
  expect(await tail.read(TAIL_START)).toEqual(whole.slice(0, 4));
});
