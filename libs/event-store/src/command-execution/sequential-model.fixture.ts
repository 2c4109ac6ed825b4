import { isDeepStrictEqual } from 'node:util';
import type { AccountCommand } from '../account.fixture.js';

/** A command as a client sends it. */
export interface Call {
  readonly account: string;
  readonly command: AccountCommand;
  readonly expectedVersion?: number;
  readonly key?: string;
  readonly fingerprint: string;
}

/** What a client was told; `unknown`: it got an error that leaves open whether the command took effect. */
export interface Answered extends Call {
  readonly answer: string;
  /** Whether it was told to be a repeat; undefined where a broken connection may have made it one of its own. */
  readonly isReplayed: boolean | undefined;
}

export const UNKNOWN = 'unknown';

export interface ModelAccount {
  readonly status: 'absent' | 'open' | 'closed';
  readonly name: string;
  readonly balance: number;
  readonly version: number;
}

/** The store as a client may think of it: one command after the other, each whole. */
export interface Model {
  readonly accounts: Readonly<Record<string, ModelAccount>>;
  readonly answers: Readonly<Record<string, { readonly fingerprint: string; readonly answer: string }>>;
}

const ABSENT: ModelAccount = { status: 'absent', name: '', balance: 0, version: 0 };

export function accountOf(model: Model, id: string): ModelAccount {
  return model.accounts[id] ?? ABSENT;
}

/** Runs one call, and says what the client is told. */
export function execute(
  model: Model,
  call: Call,
): { readonly after: Model; readonly answer: string; readonly isReplayed: boolean } {
  const stored = call.key === undefined ? undefined : model.answers[call.key];
  if (stored) {
    const isRepeat = stored.fingerprint === call.fingerprint;
    const answer = isRepeat ? stored.answer : 'idempotency-key-reused';
    return { after: model, answer, isReplayed: isRepeat };
  }
  const before = accountOf(model, call.account);
  const refusal = refusalOf(model, call, before);
  const account = refusal === undefined ? changed(before, call.command) : before;
  const answer = refusal ?? `version ${account.version}`;
  return {
    after: {
      accounts: { ...model.accounts, [call.account]: account },
      answers:
        call.key === undefined
          ? model.answers
          : { ...model.answers, [call.key]: { fingerprint: call.fingerprint, answer } },
    },
    answer,
    isReplayed: false,
  };
}

function refusalOf(
  model: Model,
  { account, command, expectedVersion }: Call,
  { status, version }: ModelAccount,
) {
  const opens = command.type === 'open' || command.type === 'open-with-credit';
  if (opens && status !== 'absent') return 'exists';
  if (!opens && status !== 'open') return 'missing';
  if (expectedVersion !== undefined && expectedVersion !== version) return 'version-mismatch';
  if (!('name' in command)) return undefined;
  const isTaken = Object.entries(model.accounts).some(
    ([id, other]) => id !== account && other.status === 'open' && other.name === command.name,
  );
  return isTaken ? 'name-taken' : undefined;
}

function changed(account: ModelAccount, command: AccountCommand): ModelAccount {
  const version = account.version + 1;
  switch (command.type) {
    case 'open':
      return { status: 'open', name: command.name, balance: 0, version };
    case 'open-with-credit':
      return { status: 'open', name: command.name, balance: command.amount, version: version + 1 };
    case 'rename':
      return command.name === account.name ? account : { ...account, name: command.name, version };
    case 'credit':
      return { ...account, balance: account.balance + command.amount, version };
    case 'close':
      return { ...account, status: 'closed', version };
  }
}

/**
 * Looks for an order in which calls that ran at the same time could have run one after the other: each told what its
 * client was told, and the store at the end as it was found. A call of unknown outcome may have run, or not.
 * @returns the store at the end; undefined when there is no such order
 */
export function findOrder(
  model: Model,
  calls: readonly Answered[],
  isFound: (end: Model) => boolean,
): Model | undefined {
  if (calls.length === 0) return isFound(model) ? model : undefined;
  for (const [index, call] of calls.entries()) {
    const { after, ...told } = execute(model, call);
    const rest = calls.toSpliced(index, 1);
    if (call.answer !== UNKNOWN && !fits(call, told)) continue;
    const end = findOrder(after, rest, isFound);
    if (end) return end;
    if (call.answer !== UNKNOWN) continue;
    const without = findOrder(model, rest, isFound);
    if (without) return without;
  }
  return undefined;
}

function fits(call: Answered, told: { readonly answer: string; readonly isReplayed: boolean }): boolean {
  return call.answer === told.answer && (call.isReplayed ?? told.isReplayed) === told.isReplayed;
}

export function isSameStore(a: Model, b: Model): boolean {
  const present = (model: Model) => Object.entries(model.accounts).filter(([, { version }]) => version > 0);
  const sorted = (model: Model) => Object.fromEntries(present(model));
  return isDeepStrictEqual(sorted(a), sorted(b)) && isDeepStrictEqual({ ...a.answers }, { ...b.answers });
}
