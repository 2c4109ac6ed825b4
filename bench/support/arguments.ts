import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import type { Row } from '../rows/row.ts';
import { FULL, QUICK, SMALLER_STORE, type Scale } from './scale.ts';

export interface Arguments {
  /** No row was chosen: all are measured but the long ones. */
  readonly isWhole: boolean;
  readonly rows: readonly Row[];
  readonly scale: Scale;
  /** Write CPU profiles of what is ours. */
  readonly profile: boolean;
  /** Another built checkout of this project. */
  readonly against: string | undefined;
  /** A file that the results are written to as well. */
  readonly save: string | undefined;
  readonly compare: CompareArguments | undefined;
  readonly help: boolean;
}

/** Files of results. */
export interface CompareArguments {
  readonly before: string;
  /** Without it the rows are measured now. */
  readonly after: string | undefined;
}

/** @throws Error naming a row or an option that there is not */
export function readArguments(args: readonly string[], rows: readonly Row[]): Arguments {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      only: { type: 'string' },
      quick: { type: 'boolean', default: false },
      profile: { type: 'boolean', default: false },
      users: { type: 'string' },
      events: { type: 'string' },
      against: { type: 'string' },
      save: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  const isComparing = positionals[0] === 'compare';
  const only = values.only?.split(',').map((name) => name.trim()) ?? [];
  const names = isComparing ? only : [...only, ...positionals];
  const unknown = names.filter((name) => rows.every((row) => row.name !== name));
  if (unknown.length > 0) throw new Error(`no such row: ${unknown.join(', ')}\n${usage(rows)}`);
  return {
    isWhole: names.length === 0,
    rows: rows.filter(({ name, isLong = false }) => (names.length === 0 ? !isLong : names.includes(name))),
    scale: scaleOf(values.quick, names, values),
    profile: values.profile,
    against: values.against === undefined ? undefined : builtCheckout(values.against),
    save: values.save,
    compare: isComparing ? comparedFiles(positionals.slice(1)) : undefined,
    help: values.help,
  };
}

function comparedFiles([before, after, ...more]: readonly string[]): CompareArguments {
  if (before === undefined || more.length > 0)
    throw new Error(
      'compare takes a file of results, or two: npm run bench -- compare <before.json> [<after.json>]',
    );
  return { before, after };
}

/** What growth asks is whether the whole of the large store matters. */
function scaleOf(isQuick: boolean, names: readonly string[], { users, events }: Sizes): Scale {
  const isWhole = names.length === 0 || names.includes('growth');
  const scale = isQuick ? QUICK : isWhole ? FULL : SMALLER_STORE;
  if (users === undefined && events === undefined) return scale;
  return {
    ...scale,
    ...(users !== undefined && { rebuiltUsers: countOf('--users', users) }),
    ...(events !== undefined && { large: { ...scale.large, many: countOf('--events', events) } }),
  };
}

interface Sizes {
  readonly users?: string | undefined;
  readonly events?: string | undefined;
}

function countOf(option: string, value: string): number {
  if (!/^[1-9]\d{2,7}$/.test(value)) throw new Error(`${option} must be a number from 100 to 99999999`);
  return Number(value);
}

function builtCheckout(folder: string): string {
  const root = resolve(folder);
  if (existsSync(join(root, 'apps/fleet/dist/main.js'))) return root;
  throw new Error(`--against: there is no built checkout in ${root}; run npm run build there`);
}

export function usage(rows: readonly Row[]): string {
  return [
    'npm run bench [-- [row …] [--only <row,…>] [--quick] [--profile] [--save <file>] [--against <folder>]]',
    'npm run bench -- compare <before.json> [<after.json>] [--only <row,…>] …',
    '',
    ...rows.map(({ name, measures }) => `  ${name.padEnd(12)} ${measures}`),
    '',
    '  --only     these rows; their names may also stand alone',
    '  --quick    a smoke run of some seconds a row: its figures say nothing',
    '  --profile  CPU profiles of the fleet under bench/results/profiles, and what takes most of their time',
    '  --save     a file that the results are written to as well, to compare with later',
    '  --users    of the row rebuild, instead of 100,000: 1000000 for the target',
    '  --events   of the row growth-large, instead of 20000000',
    '  --against  of the rows against and traces, another built checkout: both fleets take turns in one run',
    '',
    '  compare    two results, line by line; with one file its rows are measured now',
  ].join('\n');
}
