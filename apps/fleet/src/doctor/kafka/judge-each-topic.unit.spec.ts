import { ok, risk } from '../finding.js';
import { judgeEachTopic } from './judge-each-topic.js';

const judge = (topics: readonly string[]) =>
  judgeEachTopic(
    'letter',
    topics,
    (topic) => topic,
    ([letter = '']) => (letter === 'a' ? ok(letter) : risk(letter, 'Begin with a.')),
  );

describe('the judgement of each topic', () => {
  it('is said once if it is the same for all', () => {
    expect(judge(['a1', 'a2'])).toEqual([{ area: 'kafka', check: 'letter', value: 'a', verdict: 'ok' }]);
  });

  it('is said with the topics that it is about if it is not', () => {
    expect(judge(['a1', 'b1', 'a2'])).toEqual([
      { area: 'kafka', check: 'letter', value: 'a', verdict: 'ok', topics: ['a1', 'a2'] },
      {
        area: 'kafka',
        check: 'letter',
        value: 'b',
        verdict: 'risk',
        advice: 'Begin with a.',
        topics: ['b1'],
      },
    ]);
  });
});
