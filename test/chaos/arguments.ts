import { randomInt } from 'node:crypto';
import { parseArgs } from 'node:util';

export interface Arguments {
  readonly seed: number;
  /** How long there is load and faults; set-up, quiet and audit come besides. */
  readonly durationMs: number;
  readonly hasPoison: boolean;
  /** Only print what would be done. */
  readonly plan: boolean;
  readonly help: boolean;
}

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
      plan: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  const seed = Number(values.seed);
  const minutes = Number(values.minutes);
  if (!Number.isInteger(seed) || seed < 1 || seed > LARGEST_SEED)
    throw new Error(`--seed must be a whole number from 1 to ${LARGEST_SEED}`);
  if (!(minutes > 0 && minutes <= 24 * 60)) throw new Error('--minutes must be a number above 0');
  return {
    seed,
    durationMs: Math.round(minutes * MINUTE_MS),
    hasPoison: !values['no-poison'],
    plan: values.plan,
    help: values.help,
  };
}

export const USAGE = [
  'npm run test:chaos [-- --seed <n> --minutes <n>]',
  '',
  '  --seed       repeats the faults and choices of an earlier run; random by default',
  '  --minutes    how long there is load and faults: 3 by default',
  '  --no-poison  no records of a rogue producer',
  '  --plan       only prints what a seed would do, and when',
].join('\n');
