import { describeFindings, hasFailed, type Findings } from './report.ts';

const pause = { what: '', ms: 0, endedAt: 0 };
const findings: Findings = {
  seed: 7,
  minutes: 2,
  poison: true,
  brokers: 1,
  startedAt: '2026-03-01T10:00:00.000Z',
  commands: { acknowledged: 100, repeated: 9, cutOff: 4, unknownAtEnd: 2, readBack: 20 },
  events: 80,
  repeatsInKafka: 3,
  lostByFailover: 0,
  namedDifferences: 0,
  streamConnections: 600,
  reactions: {
    mailsDue: 50,
    mailsSent: 51,
    mailsDoubled: 1,
    unknownMails: 1,
    verified: 20,
    deactivated: 5,
  },
  faults: [
    { at: 0, kind: 'kill', target: 'projector-1', forMs: 10 },
    { at: 1, kind: 'kill', target: 'kafka', forMs: 10 },
    { at: 2, kind: 'freeze', target: 'projector-1', forMs: 10 },
  ],
  errors: [],
  crashes: 0,
  badStops: [],
  pauses: { commands: pause, projection: { what: 'user-list, partition 3', ms: 12_340, endedAt: 60_000 } },
  quietAfterMs: 2_500,
  violations: [],
};

describe('describeFindings', () => {
  it('counts apps and servers apart', () => {
    const text = describeFindings(findings);
    for (const line of [/kills +1$/m, /outages +1$/m, /zombies +1$/m, /lost +0$/m, /repeats in Kafka +3$/m])
      expect(text).toMatch(line);
    expect(text).toContain('12.3 s (user-list, partition 3, until 60 s)');
    expect(hasFailed(findings)).toBe(false);
  });

  it('ends a failed run with what was found and how to repeat it', () => {
    const violations = Array.from({ length: 12 }, (_, index) => ({
      kind: 'not-in-kafka' as const,
      detail: `user ${index}`,
    }));
    const failed = { ...findings, violations };
    const text = describeFindings(failed);
    expect(hasFailed(failed)).toBe(true);
    expect(text).toMatch(/lost +12$/m);
    expect(text).toContain('  not-in-kafka: user 9\n  and 2 more');
    expect(text).toMatch(/--seed 7 --minutes 2$/);
  });

  it('tells what an asynchronous fail-over lost, and how to repeat the run', () => {
    const faults = [
      ...findings.faults,
      { at: 3, kind: 'failover', target: 'postgres', forMs: 10, primary: 'killed' } as const,
    ];
    const run = { ...findings, faults, failover: 'async', brokers: 3, lostByFailover: 4 } as const;
    const text = describeFindings(run);
    for (const line of [/fail-overs, async +1$/m, /acknowledged and lost by them +4$/m, /outages +1$/m])
      expect(text).toMatch(line);
    expect(hasFailed(run)).toBe(false);
    expect(describeFindings({ ...run, errors: ['x'] })).toMatch(/--minutes 2 --failover async --brokers 3$/);
    expect(describeFindings(findings)).not.toContain('fail-overs');
  });

  it('fails a run whose faults could not be done', () => {
    expect(hasFailed({ ...findings, errors: ['kill kafka: it did not start'] })).toBe(true);
  });
});
