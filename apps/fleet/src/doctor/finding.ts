/** `risk`: a promise holds as long as one more fault does not happen. `wrong`: one does not hold. */
export type Verdict = 'ok' | 'risk' | 'wrong';

export type Judgement =
  | { readonly value: string; readonly verdict: 'ok' }
  | {
      readonly value: string;
      readonly verdict: 'risk' | 'wrong';
      /** What does not hold, and what to do about it. */
      readonly advice: string;
    };

/** One line of the table. */
export type Finding = Judgement & {
  readonly area: string;
  readonly check: string;
  /** The topics that it is about; without it all of them, where it is about topics. */
  readonly topics?: readonly string[];
};

export function ok(value: string): Judgement {
  return { value, verdict: 'ok' };
}

export function risk(value: string, advice: string): Judgement {
  return { value, verdict: 'risk', advice };
}

export function wrong(value: string, advice: string): Judgement {
  return { value, verdict: 'wrong', advice };
}

/** 1 if something is wrong; a risk alone gives 0. */
export function exitCodeOf(findings: readonly Finding[]): 0 | 1 {
  return findings.some(({ verdict }) => verdict === 'wrong') ? 1 : 0;
}
