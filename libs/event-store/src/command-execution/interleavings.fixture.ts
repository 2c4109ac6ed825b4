import fc from 'fast-check';
import type { AccountCommand } from '../account.fixture.js';

export const COPIES = 3;
const ACCOUNTS = 3;
const NAMES = 3;

/** A call before the run has given its accounts, names and keys a meaning of their own. */
export interface Draft {
  readonly account: number;
  readonly command: AccountCommand;
  /** Added to the version that the account has when the call is first made: 0 is right unless someone comes first. */
  readonly ifMatch?: number | undefined;
}

export interface Step {
  readonly copy: number;
  /** A call of its own, or the number of a keyed one, which is so repeated. */
  readonly call: Draft | number;
}

export interface Program {
  readonly keyed: readonly Draft[];
  /** The steps of a round run at the same time. */
  readonly rounds: readonly {
    readonly steps: readonly Step[];
    /** Connections that are killed in the middle of an append. */
    readonly kills: number;
    /** Appends that are committed, and nobody hears of it. */
    readonly losses: number;
  }[];
}

const name = fc.nat({ max: NAMES - 1 }).map(String);
const amount = fc.integer({ min: 1, max: 9 });

const command: fc.Arbitrary<AccountCommand> = fc.oneof(
  { weight: 3, arbitrary: fc.record({ type: fc.constant('open' as const), name }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('open-with-credit' as const), name, amount }) },
  { weight: 3, arbitrary: fc.record({ type: fc.constant('rename' as const), name }) },
  { weight: 3, arbitrary: fc.record({ type: fc.constant('credit' as const), amount }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('close' as const) }) },
);

const draft: fc.Arbitrary<Draft> = fc.record({
  account: fc.nat({ max: ACCOUNTS - 1 }),
  command,
  ifMatch: fc.option(fc.integer({ min: -1, max: 1 }), { nil: undefined, freq: 3 }),
});

const KEYED = 4;

const step: fc.Arbitrary<Step> = fc.record({
  copy: fc.nat({ max: COPIES - 1 }),
  call: fc.oneof({ weight: 2, arbitrary: draft }, { weight: 1, arbitrary: fc.nat({ max: KEYED - 1 }) }),
});

/** Few accounts, names and keys, so that most calls of a round get in each other's way. */
export function programs(maxFaults: number): fc.Arbitrary<Program> {
  return fc.record({
    keyed: fc.array(draft, { minLength: KEYED, maxLength: KEYED }),
    rounds: fc.array(
      fc.record({
        steps: fc.array(step, { minLength: 1, maxLength: 6 }),
        kills: fc.nat({ max: maxFaults }),
        losses: fc.nat({ max: maxFaults }),
      }),
      { minLength: 2, maxLength: 7 },
    ),
  });
}
