import { userEvents, type RecordedEvent } from '@eventfleet/contracts';
import type { FoldingProjection } from '../projection.js';
import { compareAggregate, isApplied, type StoredAggregate } from './compare-aggregate.js';

const aggregateId = '0198c0de-0000-7000-8000-00000000000a';
const stream = ['e1', 'e2', 'e3'].map(
  (eventId, index) =>
    ({ eventId, aggregateId, version: index + 1, type: `type-${index + 1}` }) as RecordedEvent,
);
const rowOf = (...texts: string[]) => texts;
const stored = (changes: Partial<StoredAggregate> = {}): StoredAggregate => ({
  aggregateId,
  version: 2,
  eventId: 'e2',
  contribution: '',
  isParked: false,
  row: rowOf(aggregateId, 'Bea'),
  ...changes,
});

const projection: FoldingProjection = {
  name: 'user-list',
  topic: userEvents.topic,
  aggregateType: userEvents.aggregateType,
  tables: ['user_list'],
  copied: { name: 'user_list', columns: ['id', 'name'] },
  foldHistories: () => ({ rows: [], statements: [] }),
  prepare: () => [],
  forget: () => [],
};
const counting: FoldingProjection = { ...projection, contributionOf: ({ version }) => String(version) };

describe('the last applied event', () => {
  it('is one of the store, by version and id; it may have later ones', () => {
    expect(isApplied(stored(), stream)).toBe(true);
    expect(isApplied(stored({ version: 0, eventId: null }), [])).toBe(true);
  });

  it.each([
    ['has another id', { eventId: 'e9' }],
    ['is ahead of the store', { version: 4, eventId: 'e4' }],
    ['is ahead of the store, with the id of its last event', { version: 4, eventId: 'e3' }],
  ])('%s', (_, changes) => expect(isApplied(stored(changes), stream)).toBe(false));

  it('counts by its version if an earlier release has applied it', () => {
    expect(isApplied(stored({ eventId: null }), stream)).toBe(true);
    expect(isApplied(stored({ eventId: null, version: 4 }), stream)).toBe(false);
  });
});

describe('a row', () => {
  const expected = rowOf(aggregateId, 'Bea');

  it('that is as the events say has no difference', () => {
    expect(compareAggregate(projection, stored(), stream, expected)).toBeUndefined();
    expect(compareAggregate(projection, stored({ row: undefined }), stream, undefined)).toBeUndefined();
  });

  it('that was changed is named by its columns, and folded up to its version', () => {
    expect(
      compareAggregate(projection, stored({ row: rowOf(aggregateId, 'Eve') }), stream, expected),
    ).toEqual({
      aggregateId,
      kind: 'changed-row',
      columns: ['name'],
      toVersion: 2,
    });
  });

  it('that is missing, or should not be there, is named', () => {
    expect(compareAggregate(projection, stored({ row: undefined }), stream, expected)?.kind).toBe(
      'missing-row',
    );
    expect(compareAggregate(projection, stored(), stream, undefined)?.kind).toBe('unexpected-row');
  });

  it('without a version is folded from the whole stream, unless it is parked at no version', () => {
    const unknown = stored({ version: 0, eventId: null });
    expect(compareAggregate(projection, unknown, stream, undefined)?.toVersion).toBeUndefined();
    expect(compareAggregate(projection, { ...unknown, isParked: true }, stream, undefined)?.toVersion).toBe(
      0,
    );
  });
});

describe('a contribution', () => {
  it('is that of the applied events, one behind the other', () => {
    const compare = (contribution: string, eventId: string | null = 'e2') =>
      compareAggregate(counting, stored({ contribution, eventId, row: undefined }), stream, undefined)?.kind;

    expect(compare('12')).toBeUndefined();
    expect(compare('1')).toBe('other-contribution');
    expect(compare('', null)).toBeUndefined();
  });
});
