import { describeVerification, Findings } from './verification-findings.js';

const id = '0198c0de-0000-7000-8000-00000000000a';
const difference = { aggregateId: id, kind: 'changed-row', columns: ['name', 'email'] } as const;

describe('what a verification has found', () => {
  it('is left as long as it is not mended', () => {
    const findings = new Findings('user-list');
    findings.addPage({
      lastKey: id,
      isLast: true,
      checked: 100,
      differences: [
        { kind: 'different', difference },
        { kind: 'different', difference, mending: { outcome: 'done' } },
      ],
      unverifiable: [],
    });
    findings.addVerdict(id, {
      kind: 'different',
      difference: { aggregateId: id, kind: 'missing-row', columns: [] },
      mending: { outcome: 'failed', fault: { code: 'projection-failed', message: 'TypeError' } },
    });
    findings.addVerdict(id, { kind: 'unverifiable', aggregateId: id });

    expect(describeVerification(findings.result()).split('\n')).toEqual([
      'user-list: 102 compared, 3 differences, 2 left',
      `  ${id}: changed-row in name, email`,
      `  ${id}: changed-row in name, email, mended`,
      `  ${id}: missing-row, could not be folded again: rebuild the projection`,
      `  ${id}: not compared, its events are too many or cannot be folded`,
    ]);
  });

  it('names counters by partition', () => {
    const findings = new Findings('user-stats');
    const differences = [
      { partition: 2, counter: 'total', missing: -3 },
      { partition: 0, counter: '2026-03-01', missing: 1 },
    ];
    findings.addCounters({ differences, isMended: false });

    expect(describeVerification(findings.result()).split('\n')).toEqual([
      'user-stats: 0 compared, 2 differences, 2 left',
      '  counter total of partition 2: 3 too many',
      '  counter 2026-03-01 of partition 0: 1 too few',
    ]);
    findings.addCounters({ differences, isMended: true });
    expect(findings.result()).toMatchObject({ differences: 4, left: 2 });
  });
});
