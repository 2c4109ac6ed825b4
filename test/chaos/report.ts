import type { BrokerCount, Failover } from './arguments.ts';
import type { Stop } from './fleet/app-copy.ts';
import type { Fault, FaultKind } from './schedule.ts';
import { isServer } from './topology.ts';
import type { Pause } from './watch/pause-meter.ts';
import type { ReactionCounts } from './audit/count-reactions.ts';
import { VIOLATION_KINDS, type Violation, type ViolationClass } from './audit/violation.ts';

/** What came of a run. */
export interface Findings {
  readonly seed: number;
  readonly minutes: number;
  readonly poison: boolean;
  readonly failover?: Failover;
  readonly brokers: BrokerCount;
  readonly startedAt: string;
  readonly commands: {
    readonly acknowledged: number;
    readonly repeated: number;
    /** Attempts that ended without a decision; each was resolved, or is a violation. */
    readonly cutOff: number;
    /** Unknown when the load ended, and resolved then. */
    readonly unknownAtEnd: number;
    readonly readBack: number;
  };
  readonly events: number;
  readonly repeatsInKafka: number;
  /** Acknowledged, and lost by a fail-over for which commits did not wait. */
  readonly lostByFailover: number;
  /** Records of which the fleet says that the store has something else. */
  readonly namedDifferences: number;
  /** Of the readers of the stream. */
  readonly streamConnections: number;
  readonly reactions: ReactionCounts;
  readonly faults: readonly Fault[];
  /** What could not be done. */
  readonly errors: readonly string[];
  readonly crashes: number;
  readonly badStops: readonly Stop[];
  readonly pauses: { readonly commands: Pause; readonly projection: Pause };
  readonly quietAfterMs: number;
  readonly violations: readonly Violation[];
}

const DETAILED = 10;

export function hasFailed({ violations, errors }: Findings): boolean {
  return violations.length + errors.length > 0;
}

export function countViolations(violations: readonly Violation[], kind: ViolationClass): number {
  return violations.filter((violation) => VIOLATION_KINDS[violation.kind] === kind).length;
}

/** The lines that a run ends with. */
export function describeFindings(findings: Findings): string {
  const { seed, minutes, failover, commands, reactions, faults, pauses, violations, errors } = findings;
  const count = (kinds: readonly FaultKind[], onServers = false) =>
    faults.filter(({ kind, target }) => kinds.includes(kind) && isServer(target) === onServers).length;
  const figures: readonly (readonly [string, string | number])[] = [
    ['commands acknowledged', commands.acknowledged],
    ['  repeated, same answer', commands.repeated],
    ['  attempts cut off', commands.cutOff],
    ['  unknown at the end, resolved', commands.unknownAtEnd],
    ['reads with a token', commands.readBack],
    ['events stored', findings.events],
    ['connections to the stream', findings.streamConnections],
    ['kills', count(['kill'])],
    ['zombies', count(['freeze'])],
    ['clean stops', count(['terminate'])],
    ['  late or unclean', findings.badStops.length],
    ['outages', count(['kill'], true)],
    ...(failover
      ? ([
          [`fail-overs, ${failover}`, count(['failover'], true)],
          ['  acknowledged and lost by them', findings.lostByFailover],
          ['  differences that are named', findings.namedDifferences],
        ] as const)
      : []),
    ['links disturbed', count(['latency', 'reset', 'blackhole'])],
    ['poisoned users', count(['poison'])],
    ['apps that ended by themselves', findings.crashes],
    ['repeats in Kafka', findings.repeatsInKafka],
    ['mails due', reactions.mailsDue],
    ['  sent', reactions.mailsSent],
    ['  sent again', reactions.mailsDoubled],
    ['  unknown outcomes, as counted', reactions.unknownMails],
    ['onboardings verified', reactions.verified],
    ['  ended by time', reactions.deactivated],
    ['longest pause of commands', inSeconds(pauses.commands)],
    ['longest pause of a projection', inSeconds(pauses.projection)],
    ['quiet after', `${(findings.quietAfterMs / 1_000).toFixed(1)} s`],
    ...(['lost', 'doubled', 'out of order', 'silently different', 'other'] as const).map(
      (kind) => [kind === 'other' ? 'other violations' : kind, countViolations(violations, kind)] as const,
    ),
  ];
  const detailed = violations.slice(0, DETAILED).map(({ kind, detail }) => `  ${kind}: ${detail}`);
  const left = violations.length - detailed.length;
  return [
    `chaos, seed ${seed}, ${minutes} minutes`,
    ...figures.map(([name, value]) => `  ${name.padEnd(32)}${value}`),
    ...errors.map((error) => `could not be done: ${error}`),
    ...(violations.length > 0 ? ['violations:', ...detailed] : []),
    ...(left > 0 ? [`  and ${left} more`] : []),
    ...(hasFailed(findings) ? [`FAILED; again: npm run test:chaos -- ${argumentsOf(findings)}`] : []),
  ].join('\n');
}

function argumentsOf({ seed, minutes, poison, failover, brokers }: Findings): string {
  return [
    `--seed ${seed} --minutes ${minutes}`,
    ...(poison ? [] : ['--no-poison']),
    ...(failover ? [`--failover ${failover}`] : []),
    ...(brokers > 1 ? [`--brokers ${brokers}`] : []),
  ].join(' ');
}

function inSeconds({ ms, what, endedAt }: Pause): string {
  const where = ms > 0 ? ` (${what}, until ${Math.round(endedAt / 1_000)} s)` : '';
  return `${(ms / 1_000).toFixed(1)} s${where}`;
}
