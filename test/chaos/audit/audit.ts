import { auditCommands } from './audit-commands.ts';
import { auditMails } from './audit-mails.ts';
import { auditOnboarding } from './audit-onboarding.ts';
import { auditReads } from './audit-reads.ts';
import { auditStore } from './audit-store.ts';
import { auditStreams } from './audit-streams.ts';
import { auditTopic } from './audit-topic.ts';
import type { Evidence } from './evidence.ts';
import { lossesIn, type Losses } from './losses.ts';
import type { Violation } from './violation.ts';

export interface Audit {
  readonly violations: readonly Violation[];
  readonly repeatsInKafka: number;
  /** Commands that were acknowledged, and lost by a fail-over to a standby that had not got them. */
  readonly lostByFailover: number;
  /** Records of which it is said that the store has something else. */
  readonly namedDifferences: number;
}

/** Judges a run. Pure: the same evidence gives the same verdict. */
export function audit(evidence: Evidence): Audit {
  const losses = lossesIn(evidence);
  const commands = auditCommands(evidence, losses);
  const topic = auditTopic(evidence);
  const violations = [
    ...evidence.unfinished.map((detail): Violation => ({ kind: 'not-quiet', detail })),
    ...commands.violations,
    ...auditStore(evidence),
    ...topic.violations,
    ...auditReads(evidence),
    ...auditStreams(evidence),
    ...auditOnboarding(evidence),
    ...auditMails(evidence, losses),
    ...auditParking(evidence, losses),
  ];
  return {
    violations,
    repeatsInKafka: topic.repeats,
    lostByFailover: commands.lost,
    namedDifferences: topic.namedDifferences,
  };
}

/** Exactly the poisoned users were parked. If the event was lost when its poison came, that was set aside instead. */
function auditParking({ poisoned, parked }: Evidence, losses: Losses): Violation[] {
  const expected = new Set(poisoned);
  const found = new Set(parked);
  return [
    ...[...found.difference(expected)].map((userId): Violation => ({
      kind: 'parked-wrongly',
      detail: `user ${userId}`,
    })),
    ...[...expected.difference(found)]
      .filter((userId) => !losses.mayHaveBeenUnknown(userId))
      .map((userId): Violation => ({ kind: 'poison-not-parked', detail: `user ${userId}` })),
  ];
}
