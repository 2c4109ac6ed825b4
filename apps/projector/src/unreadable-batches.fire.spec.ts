import { partitionOf } from '@eventfleet/kafka';
import { readParkedKeys } from '@eventfleet/projections';
import { sendCompressed } from '@eventfleet/testing';
import { someUsers, startProjectorFixture, type ProjectorFixture } from './projector.fixture.js';

let fixture: ProjectorFixture;
beforeEach(async () => {
  fixture = await startProjectorFixture();
});
afterEach(() => fixture.close());

describe('a record that unpacks to more than its limit', () => {
  it('is set aside by hash and offset by both projections, and stops nobody', async () => {
    const { events, expected } = someUsers(30);
    const partition = partitionOf(events[0]!.aggregateId, 3);
    const bomb = { topic: fixture.topic, partition, value: Buffer.alloc(30_000_000, ' ') };
    await fixture.publish(events.slice(0, 20));
    await sendCompressed('gzip', [bomb]);
    await fixture.publish(events.slice(20));
    await fixture.start();

    expect(await fixture.caughtUp()).toEqual(expected);
    expect(await readParkedKeys(fixture.pool)).toEqual([]);
    const offset = events
      .slice(0, 20)
      .filter((event) => partitionOf(event.aggregateId, 3) === partition).length;
    for (const group of ['user-list', 'user-stats']) {
      const letters = await fixture.deadLetters(group);
      expect(letters).toMatchObject([
        { topic: fixture.topic, partition, offset: BigInt(offset), error: { code: 'batch-too-large' } },
      ]);
      expect(letters[0]!.error.message).toMatch(/SHA-256 of its \d+ bytes: [0-9a-f]{64}$/);
      expect(letters[0]!.message).toBeUndefined();
    }
  });
});
