import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import type { Row } from '../rows/row.ts';
import { FULL, QUICK, type Scale } from './scale.ts';

export interface Arguments {
  readonly rows: readonly Row[];
  readonly scale: Scale;
  /** Write CPU profiles of what is ours. */
  readonly profile: boolean;
  /** Another built checkout of this project. */
  readonly against: string | undefined;
  readonly help: boolean;
}

/** @throws Error naming a row or an option that there is not */
export function readArguments(args: readonly string[], rows: readonly Row[]): Arguments {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      quick: { type: 'boolean', default: false },
      profile: { type: 'boolean', default: false },
      users: { type: 'string' },
      against: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  const unknown = positionals.filter((name) => rows.every((row) => row.name !== name));
  if (unknown.length > 0) throw new Error(`no such row: ${unknown.join(', ')}\n${usage(rows)}`);
  return {
    rows: positionals.length === 0 ? rows : rows.filter(({ name }) => positionals.includes(name)),
    scale: scaleOf(values.quick, values.users),
    profile: values.profile,
    against: values.against === undefined ? undefined : builtCheckout(values.against),
    help: values.help,
  };
}

function scaleOf(isQuick: boolean, users: string | undefined): Scale {
  const scale = isQuick ? QUICK : FULL;
  if (users === undefined) return scale;
  if (!/^[1-9]\d{2,7}$/.test(users)) throw new Error('--users must be a number from 100 to 99999999');
  return { ...scale, rebuiltUsers: Number(users) };
}

function builtCheckout(folder: string): string {
  const root = resolve(folder);
  if (existsSync(join(root, 'apps/fleet/dist/main.js'))) return root;
  throw new Error(`--against: there is no built checkout in ${root}; run npm run build there`);
}

export function usage(rows: readonly Row[]): string {
  return [
    'npm run bench [-- [row …] [--quick] [--profile] [--users <count>] [--against <folder>]]',
    '',
    ...rows.map(({ name, measures }) => `  ${name.padEnd(10)} ${measures}`),
    '',
    '  --quick    a smoke run of some seconds a row: its figures say nothing',
    '  --profile  CPU profiles of the fleet under bench/results/profiles, and what takes most of their time',
    '  --users    of the row rebuild, instead of 100,000: 1000000 for the target',
    '  --against  of the rows against and traces, another built checkout: both fleets take turns in one run',
  ].join('\n');
}
