import { randomInt } from 'node:crypto';
import { parseArgs } from 'node:util';

export interface Arguments {
  readonly seed: number;
  /** How long there is load and faults; set-up, quiet and audit come besides. */
  readonly durationMs: number;
  readonly hasPoison: boolean;
  /** Whether the store fails over, and whether a commit waits for the standby that takes over then. */
  readonly failover: Failover | undefined;
  readonly brokers: BrokerCount;
  /** Only print what would be done. */
  readonly plan: boolean;
  readonly help: boolean;
}

export type Failover = 'sync' | 'async';
export type BrokerCount = 1 | 3;

const FAILOVERS: readonly string[] = ['sync', 'async'] satisfies Failover[];
const BROKER_COUNTS: readonly number[] = [1, 3] satisfies BrokerCount[];
const LARGEST_SEED = 2 ** 31 - 1;
const MINUTE_MS = 60_000;

/** @throws Error naming an option that there is not, or a wrong number */
export function readArguments(args: readonly string[]): Arguments {
  const { values } = parseArgs({
    args: [...args],
    options: {
      seed: { type: 'string', default: String(randomInt(1, 1_000_000)) },
      minutes: { type: 'string', default: '3' },
      'no-poison': { type: 'boolean', default: false },
      failover: { type: 'string' },
      brokers: { type: 'string', default: '1' },
      plan: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  const seed = Number(values.seed);
  const minutes = Number(values.minutes);
  if (!Number.isInteger(seed) || seed < 1 || seed > LARGEST_SEED)
    throw new Error(`--seed must be a whole number from 1 to ${LARGEST_SEED}`);
  if (!(minutes > 0 && minutes <= 24 * 60)) throw new Error('--minutes must be a number above 0');
  const { failover } = values;
  const brokers = Number(values.brokers);
  if (!isFailover(failover)) throw new Error('--failover must be sync or async');
  if (!isBrokerCount(brokers)) throw new Error('--brokers must be 1 or 3');
  return {
    seed,
    durationMs: Math.round(minutes * MINUTE_MS),
    hasPoison: !values['no-poison'],
    failover,
    brokers,
    plan: values.plan,
    help: values.help,
  };
}

function isFailover(value: string | undefined): value is Failover | undefined {
  return value === undefined || FAILOVERS.includes(value);
}

function isBrokerCount(value: number): value is BrokerCount {
  return BROKER_COUNTS.includes(value);
}

export const USAGE = [
  'npm run test:chaos [-- --seed <n> --minutes <n>]',
  '',
  '  --seed       repeats the faults and choices of an earlier run; random by default',
  '  --minutes    how long there is load and faults: 3 by default',
  '  --no-poison  no records of a rogue producer',
  '  --failover   sync or async: the store fails over to a standby for which commits wait, or do not',
  '  --brokers    1, or 3 of which one after the other is killed',
  '  --plan       only prints what a seed would do, and when',
].join('\n');
