import { erasedText } from '@eventfleet/contracts';
import type { FoldingProjection } from '../projection.js';
import { expectedRows } from './expected-rows.js';
import type { VerificationContext } from './verification-context.js';

const aggregateId = '0198c0de-0000-7000-8000-00000000000a';
const context = {
  projection: {
    foldHistories: () => ({ rows: [[aggregateId, erasedText(aggregateId)]], statements: [] }),
  } as Partial<FoldingProjection> as FoldingProjection,
  partitions: 1,
} as Partial<VerificationContext> as VerificationContext;

it.each([undefined, [aggregateId, 'Ann']])(
  'the row of an erased aggregate is not put back, nor told',
  async (row) => {
    const stored = { aggregateId, version: 2, eventId: 'e2', contribution: '', isParked: true, row };
    const expected = await expectedRows(context, {} as never, [{ stored, stream: [] }]);
    expect(expected.get(aggregateId)).toEqual({ row });
  },
);
