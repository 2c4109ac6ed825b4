import { partitionOf } from '@eventfleet/kafka';
import { counter, buggyJournal } from '../runtime/projection-runtime.fixture.js';
import { history } from '../runtime/record-batches.fixture.js';
import { foldStreams } from './fold-streams.js';

describe('streams that are folded', () => {
  it('have the last version of each, and what each partition comes to', () => {
    const streams = Array.from({ length: 20 }, () => history(3));

    const { versions, statements, deferred } = foldStreams(counter, streams, 4);

    expect(deferred).toEqual([]);
    expect(new Map(versions.map(([, id, version, event]) => [id, [version, event]]))).toEqual(
      new Map(streams.map((stream) => [stream[2]!.aggregateId, [3, stream[2]!.eventId]])),
    );
    const counts = new Map<number, number>();
    for (const [event] of streams) {
      const partition = partitionOf(event!.aggregateId, 4);
      counts.set(partition, (counts.get(partition) ?? 0) + 3);
    }
    expect(new Set(statements.map(({ values }) => values.flat()))).toEqual(new Set(counts));
  });

  it('leave out the one at which the projection throws, and one with a hole', () => {
    const [well, bad, holed] = [history(2), history(3), history(3)];
    const id = bad[0]!.aggregateId;
    const projection = buggyJournal((user, version) => user === id && version === 2);
    if (!('foldHistories' in projection)) throw new Error('the journal folds');

    const { versions, deferred } = foldStreams(projection, [well, bad, [holed[0]!, holed[2]!]], 1);

    expect(versions.map(([, user]) => user)).toEqual([well[0]!.aggregateId]);
    expect(new Set(deferred)).toEqual(new Set([id, holed[0]!.aggregateId]));
  });
});
