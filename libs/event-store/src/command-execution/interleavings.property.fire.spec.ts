import fc from 'fast-check';
import { randomUUID } from 'node:crypto';
import { inspect } from 'node:util';
import { eventually, propertyRuns, propertyTimeout } from '@eventfleet/testing';
import { EventStoreError } from '../event-store.errors.js';
import type { Decision } from './command-result.js';
import { startEventStore, type Copy, type EventStoreFixture } from '../event-store.fixture.js';
import { loseAnswers } from './lost-answers.fixture.js';
import { COPIES, programs, type Draft, type Program } from './interleavings.fixture.js';
import {
  accountOf,
  findOrder,
  isSameStore,
  UNKNOWN,
  type Answered,
  type Call,
  type Model,
} from './sequential-model.fixture.js';
import { followTail, type TailFollower } from './tail-follower.fixture.js';
import { readStore } from './store-reader.fixture.js';

const SCOPE = 'test';
const VICTIM = 'victim';

let store: EventStoreFixture;
let copies: Copy[];
let victims: Copy[];
let tail: TailFollower;
/** Commits whose answer the victims do not get. */
let losses = 0;
beforeAll(async () => {
  store = await startEventStore();
  // Small caches and frequent snapshots: states come from everywhere.
  const options = [{ maxCached: 1 }, { snapshotEvery: 4 }, { maxBatch: 2, snapshotEvery: 3 }];
  copies = options.map((each) => store.copy('copy', each));
  victims = options.map((each) => store.copy(VICTIM, { ...each, unreachableMs: 40 }));
  for (const { pool } of victims) loseAnswers(pool, () => losses-- > 0);
  tail = followTail(store.admin);
});
afterAll(async () => {
  await tail.stop();
  await store.close();
});

/** Gives a program's accounts, names and keys meanings that no other run has. */
class Run {
  private readonly run = randomUUID().slice(0, 8);
  private readonly ids = Array.from({ length: 3 }, () => randomUUID());
  private readonly keyed = new Map<number, Call>();
  model: Model = { accounts: {}, answers: {} };

  constructor(
    private readonly program: Program,
    /** Two keyed calls share a key: one of them gets `idempotency-key-reused`. */
    private readonly reusesKeys: boolean,
  ) {}

  get accounts(): readonly string[] {
    return this.ids;
  }

  get keyedCalls(): readonly Call[] {
    return [...this.keyed.values()];
  }

  callOf(call: Draft | number): Call {
    if (typeof call !== 'number') return this.resolve(call);
    const known = this.keyed.get(call) ?? {
      ...this.resolve(this.program.keyed[call]!),
      key: `${this.run}-${this.reusesKeys ? call >> 1 : call}`,
    };
    this.keyed.set(call, known);
    return known;
  }

  private resolve({ account, command, ifMatch }: Draft): Call {
    const id = this.ids[account]!;
    const own = 'name' in command ? { ...command, name: `${this.run}-${command.name}` } : command;
    const expected =
      ifMatch === undefined ? {} : { expectedVersion: accountOf(this.model, id).version + ifMatch };
    const call = { account: id, command: own, ...expected };
    return { ...call, fingerprint: JSON.stringify(call) };
  }
}

function textOf(decision: Decision): string {
  return decision.kind === 'refused' ? decision.error.code : `version ${decision.version}`;
}

async function ask(copy: Copy, call: Call, isKilled: boolean): Promise<Answered> {
  const { account, command, expectedVersion, key, fingerprint } = call;
  const render = (decision: Decision) => JSON.stringify(textOf(decision));
  const more = {
    ...(expectedVersion === undefined ? {} : { expectedVersions: [expectedVersion] }),
    ...(key === undefined ? {} : { idempotency: { scope: SCOPE, key, fingerprint, render } }),
  };
  try {
    const result = await copy.run(account, command, more);
    const isReplayed = result.kind === 'replayed';
    const answer = isReplayed ? (JSON.parse(result.answer) as string) : textOf(result);
    return { ...call, answer, isReplayed: isKilled ? undefined : isReplayed };
  } catch (error) {
    if (!(error instanceof EventStoreError)) throw error;
    const isOpen = isKilled && (error.code === 'event-store-unavailable' || error.code === 'write-conflict');
    return { ...call, answer: isOpen ? UNKNOWN : error.code, isReplayed: undefined };
  }
}

/** Ends that many connections in the middle of an append, one after the other, as long as `isOver` does not hold. */
async function kill(count: number, isOver: () => boolean): Promise<void> {
  for (let kills = 0; kills < count && !isOver();) {
    const { rowCount } = await store.admin.query(
      `select pg_terminate_backend(pid) from pg_stat_activity
       where application_name = $1 and state = 'active' and query ~ '^(insert|commit|delete|begin)' limit 1`,
      [VICTIM],
    );
    kills += rowCount ?? 0;
  }
}

async function expectAnOrder(program: Program, on: readonly Copy[], reusesKeys: boolean): Promise<void> {
  const run = new Run(program, reusesKeys);
  for (const round of program.rounds) {
    const calls = round.steps.map(({ copy, call }) => ({ copy: on[copy % COPIES]!, call: run.callOf(call) }));
    let isOver = false;
    losses = round.losses;
    const killer = kill(round.kills, () => isOver);
    const answered = await Promise.all(calls.map(({ copy, call }) => ask(copy, call, on === victims)));
    isOver = true;
    losses = 0;
    await killer;
    if (answered.some(({ answer }) => answer === UNKNOWN)) await untilQuiet();
    const describeRun = (found: unknown) => inspect({ before: run.model, answered, found }, { depth: 5 });
    const found = await readStore(store.admin, run.accounts, run.keyedCalls).catch((cause: unknown) => {
      throw new Error(`the store contradicts itself after ${describeRun(undefined)}`, { cause });
    });
    const end = findOrder(run.model, answered, (model) => isSameStore(model, found));
    if (!end) throw new Error(`no order explains ${describeRun(found)}`);
    run.model = end;
  }
  const versions = run.accounts.map((id) => ({ id, last: accountOf(run.model, id).version }));
  const total = versions.reduce((sum, { last }) => sum + last, 0);
  await eventually(() => run.accounts.flatMap((id) => tail.versionsOf(id)).length >= total, {
    describe: 'every event in the tail',
  });
  for (const { id, last } of versions)
    expect(tail.versionsOf(id)).toEqual(Array.from({ length: last }, (_, index) => index + 1));
}

/** An append whose copy or connection is gone may still be under way for a moment. */
async function untilQuiet(): Promise<void> {
  await Promise.all(victims.map((copy) => copy.drain()));
  await eventually(async () => {
    const { rowCount } = await store.admin.query(
      `select from pg_stat_activity where application_name = $1 and state <> 'idle'`,
      [VICTIM],
    );
    return rowCount === 0;
  });
}

describe('commands that run at the same time on three copies', () => {
  const runs = propertyRuns(60);
  it(
    'are answered, stored and read from the tail as if they had run one after the other',
    async () => {
      await fc.assert(
        fc.asyncProperty(programs(0), (program) => expectAnOrder(program, copies, true)),
        runs,
      );
    },
    propertyTimeout(runs),
  );

  it(
    'also when their connections are killed, if a missing answer may mean either',
    async () => {
      await fc.assert(
        fc.asyncProperty(programs(2), (program) => expectAnOrder(program, victims, false)),
        runs,
      );
    },
    propertyTimeout(runs),
  );
});
