import { spawnSync } from 'node:child_process';

/** Debian's package `prometheus` has it. */
const PROMTOOL = process.env['PROMTOOL'] ?? 'promtool';
const isInstalled = spawnSync(PROMTOOL, ['--version']).status === 0;

/** `describe` for what needs promtool; skipped by name if there is none. */
export function describeWithPromtool(name: string, suite: () => void): void {
  if (isInstalled) describe(name, suite);
  else describe.skip(`${name} (no promtool on the path, and none named by PROMTOOL)`, suite);
}

/** @throws Error with what it said, if it finds anything wrong */
export function promtool(...args: string[]): void {
  const { status, stdout, stderr } = spawnSync(PROMTOOL, args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`promtool ${args.join(' ')}\n${stdout}${stderr}`);
}
