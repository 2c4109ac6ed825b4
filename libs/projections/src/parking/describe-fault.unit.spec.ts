import { ContractError } from '@eventfleet/contracts';
import { describeFault } from './describe-fault.js';
import { ProjectionError } from '../projection.errors.js';

describe('a fault', () => {
  it('of ours keeps its words, without what a terminal or Postgres cannot take', () => {
    expect(describeFault(new ContractError('unknown-event-type', 'no "a\0b\u001b[2J"'))).toEqual({
      code: 'unknown-event-type',
      message: 'no "a\u{FFFD}b\u{FFFD}[2J"',
    });
    expect(describeFault(new ProjectionError('version-gap', 'list', 'x'.repeat(900))).message).toHaveLength(
      500,
    );
  });

  it('of the database says what refused, and no value', () => {
    const error = Object.assign(new Error('duplicate key value (ann@example.org)'), {
      code: '23505',
      severity: 'ERROR',
      detail: 'Key (email)=(ann@example.org) already exists.',
      table: 'user_list',
      constraint: 'user_list_pkey',
    });
    expect(describeFault(error)).toEqual({
      code: 'database-refused',
      message: 'SQLSTATE 23505, table user_list, constraint user_list_pkey',
    });
  });

  it.each([
    [new TypeError('ann@example.org is not a function'), 'TypeError'],
    ['ann@example.org', 'a string'],
  ])('of anything else keeps its kind only', (error, message) => {
    expect(describeFault(error)).toEqual({ code: 'projection-failed', message });
  });
});
