import { toCloudEvent, type RecordedEvent } from '@eventfleet/contracts';
import { TAIL_START, type TailPosition } from '@eventfleet/event-store';
import type { KafkaRecord } from '@eventfleet/kafka';
import { findPublishedPositions, type PublishedPositionsQuery } from './published-positions.js';
import { referenceOfEvent } from './record-reference.js';

const at = (n: number): TailPosition => ({ transactionId: String(n), globalPosition: String(n) });
const idOf = (n: number) => `0190b6e8-0000-7000-8000-${String(n).padStart(12, '0')}`;

function recordOf(offset: bigint, n: number): KafkaRecord {
  const event: RecordedEvent = {
    eventId: idOf(n),
    type: 'user.deleted',
    schemaVersion: 1,
    aggregateType: 'user',
    aggregateId: idOf(0),
    version: n,
    globalPosition: String(n),
    occurredAt: '2026-01-01T00:00:00.000Z',
    data: '{}',
    correlationId: 'c',
    causationId: 'k',
    traceparent: '',
  };
  const { key, value, headers } = toCloudEvent(event);
  const bytes = Object.fromEntries(Object.entries(headers).map(([name, text]) => [name, Buffer.from(text)]));
  return { offset, timestamp: 0, key: Buffer.from(key), value: Buffer.from(value), headers: bytes };
}

/** One partition; `log` holds the number of the event at each offset, 0 for a foreign record. */
async function floorOf(
  log: readonly number[],
  savedNext: number,
  published: number,
  more: Partial<PublishedPositionsQuery> = {},
) {
  const asked: bigint[] = [];
  const records = log.map((n, offset): KafkaRecord =>
    n === 0
      ? { offset: BigInt(offset), timestamp: 0, key: null, value: null, headers: {} }
      : recordOf(BigInt(offset), n),
  );
  const floors = await findPublishedPositions({
    ends: [BigInt(log.length)],
    savedNext: [BigInt(savedNext)],
    cutTo: () => undefined,
    published: () => at(published),
    readTail: (from) => {
      asked.push(from.get(0)!);
      return Promise.resolve(new Map([[0, records.filter(({ offset }) => offset >= from.get(0)!)]]));
    },
    readReference: referenceOfEvent,
    locate: (references) =>
      Promise.resolve(new Map(references.map(({ eventId, version }) => [eventId, at(version)] as const))),
    ...more,
  });
  return { floor: floors.get(0), asked };
}

describe('findPublishedPositions', () => {
  it('reads one record where the log ends where it was left, and none of an empty log', async () => {
    expect(await floorOf([1, 2, 3], 3, 3)).toEqual({ floor: at(3), asked: [2n] });
    expect(await floorOf([], 0, 3)).toEqual({ floor: at(3), asked: [] });
  });

  it('takes the newest event behind the checkpoint, past repeats and foreign records', async () => {
    expect(await floorOf([1, 2, 3, 4, 5, 3, 0], 3, 3)).toEqual({ floor: at(5), asked: [2n] });
  });

  it('stays at the checkpoint when only foreign records were added', async () => {
    expect(await floorOf([1, 2, 0, 0], 2, 2)).toEqual({ floor: at(2), asked: [1n] });
  });

  it('goes back to the newest event that is left when the tail is lost', async () => {
    expect(await floorOf([1, 2], 5, 9)).toEqual({ floor: at(2), asked: [0n] });
    expect((await floorOf([], 5, 9)).floor).toEqual(TAIL_START);
  });

  it('is not misled by newer events from before an earlier loss', async () => {
    expect((await floorOf([1, 2, 8, 9, 3], 11, 9)).floor).toEqual(at(3));
  });

  it('sees a log that was cut and has grown again', async () => {
    const { floor } = await floorOf([1, 2, 8, 9], 4, 7, { cutTo: () => 2n });
    expect(floor).toEqual(at(2));
  });

  it.each([
    ['less far than it was', [1, 2, 8], 4],
    ['as far as it was', [1, 2, 8, 9], 4],
    ['further than it was', [1, 2, 8, 9, 10, 11], 4],
  ])('sees by itself that a log was cut and has grown again, %s', async (_, log, savedNext) => {
    expect((await floorOf(log, savedNext, 7)).floor).toEqual(at(2));
    expect((await floorOf([8, 9], 1, 7)).floor).toEqual(TAIL_START);
  });

  it('ignores an event that is not in this store', async () => {
    const { floor } = await floorOf([1, 2, 3], 2, 2, { locate: () => Promise.resolve(new Map()) });
    expect(floor).toEqual(at(2));
  });

  it('looks back over the last thousand records at most', async () => {
    const log = Array.from({ length: 3_000 }, (_, index) => index + 1);
    expect(await floorOf(log, 500, 500)).toEqual({ floor: at(3_000), asked: [2_000n] });
  });
});
