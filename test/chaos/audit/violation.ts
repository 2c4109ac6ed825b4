/** What can be found wrong, and what it counts as. */
export const VIOLATION_KINDS = {
  'acknowledged-not-stored': 'lost',
  'not-in-kafka': 'lost',
  'kafka-event-not-stored': 'lost',
  'row-missing': 'lost',
  'row-wrong': 'lost',
  'list-wrong': 'lost',
  'claim-missing': 'lost',
  'mail-missing': 'lost',
  'onboarding-unended': 'lost',
  'not-streamed': 'lost',
  'streamed-not-stored': 'lost',
  'executed-twice': 'doubled',
  'mail-doubled': 'doubled',
  'reminded-twice': 'doubled',
  'streamed-twice': 'doubled',
  'row-superfluous': 'doubled',
  'counters-wrong': 'doubled',
  'email-shared': 'doubled',
  'another-event-in-kafka': 'silently different',
  'version-gap': 'out of order',
  'kafka-out-of-order': 'out of order',
  'two-partitions': 'out of order',
  'streamed-out-of-order': 'out of order',
  'refusal-left-event': 'other',
  'event-of-nobody': 'other',
  'claim-left': 'other',
  'answer-changed': 'other',
  'unexpected-answer': 'other',
  'wrong-refusal': 'other',
  unresolved: 'other',
  'stale-read': 'other',
  'foreign-record': 'other',
  'parked-wrongly': 'other',
  'poison-not-parked': 'other',
  'mail-of-nobody': 'other',
  'reaction-early': 'other',
  'not-quiet': 'other',
} as const;

export type ViolationKind = keyof typeof VIOLATION_KINDS;
export type ViolationClass = (typeof VIOLATION_KINDS)[ViolationKind];

export interface Violation {
  readonly kind: ViolationKind;
  /** Ids and versions; no personal data. */
  readonly detail: string;
}
