import { audit } from './audit.ts';
import { DAMAGES } from './damages.fixture.ts';
import { soundRun } from './sound-run.fixture.ts';
import { WHOLE_STREAM } from './stream-damages.fixture.ts';
import { VIOLATION_KINDS } from './violation.ts';

describe('audit', () => {
  it('finds nothing in a sound run, and counts repeats', () => {
    expect(audit({ ...soundRun(), streams: [WHOLE_STREAM] })).toEqual({
      violations: [],
      repeatsInKafka: 1,
      lostByFailover: 0,
      namedDifferences: 0,
    });
  });

  const cases = DAMAGES.map(([what, damage, ...found]) => ({ what, damage, found }));
  it.each(cases)('finds it when $what', ({ damage, found }) => {
    const run = soundRun();
    const { violations } = audit({ ...run, ...damage(run) });
    expect(new Set(violations.map(({ kind }) => kind))).toEqual(new Set(found));
  });

  it('is seen to find every kind of violation', () => {
    const seen = new Set(DAMAGES.flatMap(([, , ...kinds]) => kinds));
    expect(new Set(Object.keys(VIOLATION_KINDS)).difference(seen)).toEqual(new Set());
  });

  it('names ids and versions, and no personal data', () => {
    const details = DAMAGES.flatMap(([, damage]) => {
      const run = soundRun();
      return audit({ ...run, ...damage(run) }).violations.map(({ detail }) => detail);
    });
    expect(details.join('\n')).not.toMatch(/example[.]org|Anne|Bob/);
  });
});
