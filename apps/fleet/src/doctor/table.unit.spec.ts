import { exitCodeOf, type Finding } from './finding.js';
import { toTable } from './table.js';

const sound: Finding = { area: 'kafka', check: 'cluster', value: 'c', verdict: 'ok' };
const risky: Finding = {
  area: 'kafka',
  check: 'retention',
  value: '7 d',
  topics: ['user-events', 'notification-events', 'command-api.dead-letter'],
  verdict: 'risk',
  advice: `${'Keep them. '.repeat(12)}Set it.`,
};
const wrong: Finding = {
  area: 'read store',
  check: 'fsync',
  value: 'off',
  verdict: 'wrong',
  advice: 'Set fsync.',
};

describe('the table of findings', () => {
  it('has a line for each, what to do below, and counts', () => {
    expect(toTable([sound, risky, wrong])).toBe(
      [
        'area          check                       value                                                     verdict',
        'kafka         cluster                     c                                                         ok',
        '              retention                   7 d (user-events, notification-events,                    risk',
        '                                          command-api.dead-letter)',
        '                Keep them. Keep them. Keep them. Keep them. Keep them. Keep them. Keep them. Keep them.',
        '                Keep them. Keep them. Keep them. Keep them. Set it.',
        'read store    fsync                       off                                                       wrong',
        '                Set fsync.',
        '1 ok, 1 risk, 1 wrong',
        '',
      ].join('\n'),
    );
  });

  it('stays whole if a value has no place to break it', () => {
    const [, line = ''] = toTable([{ ...sound, value: 'x'.repeat(100) }]).split('\n');
    expect(line).toContain('x'.repeat(100));
    expect(line.endsWith(' ok')).toBe(true);
  });

  it('gives the exit code 1 if something is wrong, and 0 for risks', () => {
    expect(exitCodeOf([])).toBe(0);
    expect(exitCodeOf([sound, risky])).toBe(0);
    expect(exitCodeOf([sound, wrong, risky])).toBe(1);
  });
});
