import { compareResults, renderChanges } from './compare.ts';
import { atLeast, atMost, type Comparison } from './comparison.ts';
import type { Results } from './results.ts';

const machine = { cpu: '', cores: 2, memoryGb: 1, platform: '', node: '', postgres: '', kafka: '' };
const quiet = { beforeMs: 10, afterMs: 10, waited: 0, spread: 0 };

const rate: Comparison = {
  name: 'create',
  ours: { label: 'fleet', unit: '/s', values: [800, 820, 810] },
  beside: { label: 'tutorial', unit: '/s', values: [100, 100, 100] },
  targets: [atLeast(8)],
};

function results(comparison: Partial<Comparison>, noise = quiet): Results {
  return { date: '', machine, noise, comparisons: [{ ...rate, ...comparison }] };
}

function oursAt(...values: number[]): Partial<Comparison> {
  return { ours: { ...rate.ours, values } };
}

function verdicts(before: Results, after: Results) {
  return compareResults(before, after).map(({ verdict }) => verdict);
}

describe('compareResults', () => {
  it('tells what is better and worse once no round of one run lies among those of the other', () => {
    expect(verdicts(results(oursAt(800, 820)), results(oursAt(821, 900)))).toEqual(['better']);
    expect(verdicts(results(oursAt(800, 820)), results(oursAt(700, 799)))).toEqual(['worse']);
    expect(verdicts(results(oursAt(800, 820)), results(oursAt(819, 900)))).toEqual(['no difference seen']);
  });

  it('sees no difference that the noise of either run may have made', () => {
    const noisy = { ...quiet, afterMs: 11 };
    expect(verdicts(results(oursAt(800), noisy), results(oursAt(870)))).toEqual(['no difference seen']);
    expect(verdicts(results(oursAt(800)), results(oursAt(870), noisy))).toEqual(['no difference seen']);
    expect(verdicts(results(oursAt(800), noisy), results(oursAt(890)))).toEqual(['better']);
  });

  it('knows that times should shrink, and how many times less something takes should not', () => {
    const ms = (timesLess: boolean, ...values: number[]) =>
      results({ ours: { label: 'fleet', unit: 'ms', values }, timesLess });
    expect(verdicts(ms(false, 4), ms(false, 2))).toEqual(['better']);
    expect(verdicts(ms(true, 4), ms(true, 2))).toEqual(['better']);
    expect(verdicts(ms(true, 2), ms(true, 4))).toEqual(['worse']);
  });

  it('compares our own figure if the target is about that', () => {
    const memory = (mb: number, other: number) =>
      results({
        ours: { label: 'peak', unit: 'MB', values: [mb] },
        beside: { label: 'last', unit: 'MB', values: [other] },
        targets: [atMost(256, 'ours')],
      });
    expect(compareResults(memory(200, 100), memory(150, 50))).toEqual([
      { name: 'create', of: 'ours', before: 200, after: 150, verdict: 'better' },
    ]);
  });

  it('leaves out what only one run has, and takes a file without noise', () => {
    const { noise: _, ...old } = results({});
    expect(compareResults(results({ name: 'gone' }), results({}))).toEqual([]);
    expect(verdicts(old, results({}))).toEqual(['no difference seen']);
  });
});

describe('renderChanges', () => {
  it('is a table with a line for each', () => {
    const table = renderChanges(compareResults(results(oursAt(800)), results(oursAt(880))));
    expect(table.split('\n')).toEqual([
      '|        | of    | before | after | after by before |        |',
      '| ------ | ----- | ------ | ----- | --------------- | ------ |',
      '| create | ratio | 8.00   | 8.80  | 1.10            | better |',
    ]);
  });
});
