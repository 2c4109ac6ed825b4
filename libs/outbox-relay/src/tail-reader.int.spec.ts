import { TAIL_START } from '@eventfleet/event-store';
import { eventually } from '@eventfleet/testing';
import { startRelayFixture, type RelayFixture } from './relay.fixture.js';
import { TailReader } from './tail-reader.js';

let fixture: RelayFixture;
beforeAll(async () => {
  fixture = await startRelayFixture();
});
afterAll(() => fixture.close());

it('a tail that is read ahead gives every event once and in order, from wherever it is asked', async () => {
  await fixture.store(35);
  const whole = await eventually(async () => {
    const page = await new TailReader(fixture.pool, 100).read(TAIL_START);
    return page.length === 35 && page;
  });

  const tail = new TailReader(fixture.pool, 4);
  const seen = [];
  for (let position = TAIL_START; ;) {
    const page = await tail.read(position);
    if (page.length === 0) break;
    tail.readAhead(page);
    position = page.at(-1)!.position;
    seen.push(...page);
  }
  expect(seen).toEqual(whole);

  // As after a recovery: what was read ahead is not what is asked for.
  tail.readAhead(whole.slice(0, 4));
  expect(await tail.read(TAIL_START)).toEqual(whole.slice(0, 4));
});
