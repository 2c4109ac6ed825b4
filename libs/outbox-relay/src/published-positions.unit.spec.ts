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

/** Of one partition; `log` holds the number of the event at each offset, 0 for a foreign record. */
async function positionOf(
  log: readonly number[],
  savedOffset: number,
  savedPosition: number,
  more: Partial<PublishedPositionsQuery> = {},
) {
  const readFrom: bigint[] = [];
  const records = log.map((n, offset): KafkaRecord =>
    n === 0
      ? { offset: BigInt(offset), timestamp: 0, key: null, value: null, headers: {} }
      : recordOf(BigInt(offset), n),
  );
  const positions = await findPublishedPositions({
    endOffsets: [BigInt(log.length)],
    savedOffsets: [BigInt(savedOffset)],
    truncatedTo: () => undefined,
    savedPosition: () => at(savedPosition),
    visitLogTail: async (from, visit) => {
      readFrom.push(from.get(0)!);
      for (const record of records) if (record.offset >= from.get(0)!) await visit(record, 0);
    },
    readReference: referenceOfEvent,
    locate: (references) =>
      Promise.resolve(new Map(references.map(({ eventId, version }) => [eventId, at(version)] as const))),
    ...more,
  });
  return { position: positions.get(0), readFrom };
}

describe('findPublishedPositions', () => {
  it('reads one record if the log ends at the saved offset, and none of an empty log', async () => {
    expect(await positionOf([1, 2, 3], 3, 3)).toEqual({ position: at(3), readFrom: [2n] });
    expect(await positionOf([], 0, 3)).toEqual({ position: at(3), readFrom: [] });
  });

  it('takes the newest event behind the saved offset, whatever repeats and foreign records follow', async () => {
    expect(await positionOf([1, 2, 3, 4, 5, 3, 0], 3, 3)).toEqual({ position: at(5), readFrom: [2n] });
  });

  it('stays at the checkpoint when only foreign records were added', async () => {
    expect(await positionOf([1, 2, 0, 0], 2, 2)).toEqual({ position: at(2), readFrom: [1n] });
  });

  it('goes back to the newest event that is left when the tail is lost', async () => {
    expect(await positionOf([1, 2], 5, 9)).toEqual({ position: at(2), readFrom: [0n] });
    expect((await positionOf([], 5, 9)).position).toEqual(TAIL_START);
  });

  it('ignores newer events from before an earlier loss', async () => {
    expect((await positionOf([1, 2, 8, 9, 3], 11, 9)).position).toEqual(at(3));
  });

  it('recognises a log that was seen to be truncated and has grown again', async () => {
    const { position } = await positionOf([1, 2, 8, 9], 4, 7, { truncatedTo: () => 2n });
    expect(position).toEqual(at(2));
  });

  it.each([
    ['to less than it was', [1, 2, 8], 4],
    ['to what it was', [1, 2, 8, 9], 4],
    ['to more than it was', [1, 2, 8, 9, 10, 11], 4],
  ])(
    'recognises by its events a log that was truncated and has grown again, %s',
    async (_, log, savedOffset) => {
      expect((await positionOf(log, savedOffset, 7)).position).toEqual(at(2));
      expect((await positionOf([8, 9], 1, 7)).position).toEqual(TAIL_START);
    },
  );

  it('ignores an event that is not in this store', async () => {
    const { position } = await positionOf([1, 2, 3], 2, 2, { locate: () => Promise.resolve(new Map()) });
    expect(position).toEqual(at(2));
  });

  it('looks back over the last thousand records at most', async () => {
    const log = Array.from({ length: 3_000 }, (_, index) => index + 1);
    expect(await positionOf(log, 500, 500)).toEqual({ position: at(3_000), readFrom: [2_000n] });
  });
});
