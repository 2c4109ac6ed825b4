import { readArguments } from './arguments.ts';
import type { Row } from '../rows/row.ts';
import { FULL, QUICK, SMALLER_STORE } from './scale.ts';

const rows: readonly Row[] = ['append', 'cost', 'growth', 'query', 'growth-large'].map((name) => ({
  name,
  measures: '',
  run: () => Promise.resolve([]),
  isLong: name === 'growth-large',
}));
const chosen = (...args: string[]) => readArguments(args, rows).rows.map(({ name }) => name);

describe('the arguments of npm run bench', () => {
  it('choose rows by --only or by their names alone, in the order of the table', () => {
    expect(chosen()).toEqual(['append', 'cost', 'growth', 'query']);
    expect(chosen('--only', 'query,append')).toEqual(['append', 'query']);
    expect(chosen('query', 'append')).toEqual(['append', 'query']);
    expect(chosen('cost', '--only', 'query')).toEqual(['cost', 'query']);
  });

  it('choose a long row only by its name', () => {
    expect(chosen()).not.toContain('growth-large');
    expect(chosen('growth-large')).toEqual(['growth-large']);
    expect(readArguments([], rows).isWhole).toBe(true);
    expect(readArguments(['growth-large'], rows).isWhole).toBe(false);
  });

  it('are refused with a row that there is not', () => {
    expect(() => chosen('--only', 'append,insert')).toThrow('no such row: insert');
    expect(() => chosen('insert')).toThrow('no such row: insert');
  });

  it('compare two files, or one with rows that are measured now', () => {
    expect(readArguments(['compare', 'a.json', 'b.json'], rows).compare).toEqual({
      before: 'a.json',
      after: 'b.json',
    });
    expect(readArguments(['compare', 'a.json'], rows).compare).toEqual({ before: 'a.json' });
    expect(chosen('compare', 'a.json', '--only', 'cost')).toEqual(['cost']);
    expect(readArguments([], rows).compare).toBeUndefined();
    for (const files of [[], ['a.json', 'b.json', 'c.json']])
      expect(() => readArguments(['compare', ...files], rows)).toThrow(
        'compare takes a file of results, or two',
      );
  });

  it('choose the scale, and where the results go', () => {
    expect(readArguments([], rows)).toMatchObject({ scale: FULL, save: undefined });
    expect(readArguments(['--only', 'growth'], rows).scale).toBe(FULL);
    expect(readArguments(['--only', 'query'], rows).scale).toBe(SMALLER_STORE);
    expect(readArguments(['--quick', '--save', 'base.json'], rows)).toMatchObject({
      scale: QUICK,
      save: 'base.json',
    });
    const { scale } = readArguments(['growth-large', '--events', '5000000'], rows);
    expect(scale.large).toEqual({ ...FULL.large, many: 5_000_000 });
    expect(() => readArguments(['--events', 'many'], rows)).toThrow('--events must be a number');
  });
});
