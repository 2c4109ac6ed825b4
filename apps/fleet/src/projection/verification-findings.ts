import type {
  CounterDifference,
  Difference,
  FoundDifference,
  Verdict,
  VerifiedCounters,
  VerifiedPage,
} from '@eventfleet/projections';

/** More are counted, and not kept. */
const KEPT = 1_000;

export interface Finding extends Pick<Difference, 'aggregateId' | 'kind' | 'columns'> {
  /** `found` if nobody tried to mend it. */
  readonly outcome: 'found' | 'mended' | 'failed';
}

/** What the verification of a projection came to. */
export interface Verification {
  readonly projection: string;
  readonly checked: number;
  /** Aggregates and counters that differed. */
  readonly differences: number;
  /** Those of them that still do. */
  readonly left: number;
  /** The first of them. */
  readonly aggregates: readonly Finding[];
  readonly counters: readonly CounterDifference[];
  /** Aggregates whose events cannot be folded. */
  readonly unverifiable: readonly string[];
}

/** Collects what a verification has found. */
export class Findings {
  private checked = 0;
  private differences = 0;
  private left = 0;
  private readonly aggregates: Finding[] = [];
  private readonly counters: CounterDifference[] = [];
  private readonly unverifiable: string[] = [];

  constructor(private readonly projection: string) {}

  get hasMended(): boolean {
    return this.aggregates.some(({ outcome }) => outcome === 'mended');
  }

  addPage({ checked, differences, unverifiable }: VerifiedPage): void {
    this.checked += checked;
    for (const found of differences) this.addDifference(found);
    this.unverifiable.push(...unverifiable.slice(0, KEPT - this.unverifiable.length));
  }

  addVerdict(aggregateId: string, verdict: Verdict): void {
    this.checked++;
    if (verdict.kind === 'different') this.addDifference(verdict);
    if (verdict.kind === 'unverifiable') this.unverifiable.push(aggregateId);
  }

  addCounters({ differences, isMended }: VerifiedCounters): void {
    this.differences += differences.length;
    if (!isMended) this.left += differences.length;
    this.counters.push(...differences.slice(0, KEPT));
  }

  result(): Verification {
    const { projection, checked, differences, left, aggregates, counters, unverifiable } = this;
    return { projection, checked, differences, left, aggregates, counters, unverifiable };
  }

  private addDifference({ difference: { aggregateId, kind, columns }, mending }: FoundDifference): void {
    const outcome = mending === undefined ? 'found' : mending.outcome === 'done' ? 'mended' : 'failed';
    this.differences++;
    if (outcome !== 'mended') this.left++;
    if (this.aggregates.length < KEPT) this.aggregates.push({ aggregateId, kind, columns, outcome });
  }
}

const OUTCOMES: Readonly<Record<Finding['outcome'], string>> = {
  found: '',
  mended: ', mended',
  failed: ', could not be folded again: rebuild the projection',
};

/** One line for the projection, and one for each finding. */
export function describeVerification(verification: Verification): string {
  const { projection, checked, differences, left, aggregates, counters, unverifiable } = verification;
  const lines = [
    `${projection}: ${checked} compared, ${differences} differences, ${left} left`,
    ...aggregates.map(
      ({ aggregateId, kind, columns, outcome }) =>
        `  ${aggregateId}: ${kind}${columns.length > 0 ? ` in ${columns.join(', ')}` : ''}${OUTCOMES[outcome]}`,
    ),
    ...counters.map(
      ({ partition, counter, missing }) =>
        `  counter ${counter} of partition ${partition}: ${missing > 0 ? `${missing} too few` : `${-missing} too many`}`,
    ),
    ...unverifiable.map((id) => `  ${id}: not compared, its events are too many or cannot be folded`),
  ];
  const shown = aggregates.length + counters.length;
  if (differences > shown) lines.push(`  and ${differences - shown} more`);
  return lines.join('\n');
}
