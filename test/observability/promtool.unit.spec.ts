import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { ALERTS, OBSERVABILITY, queries } from './queries.js';

/** Debian's package `prometheus` has it. */
const PROMTOOL = process.env['PROMTOOL'] ?? 'promtool';
const isInstalled = spawnSync(PROMTOOL, ['--version']).status === 0;
const describeWithPromtool: (name: string, suite: () => void) => void = isInstalled
  ? describe
  : (name, suite) => describe.skip(`${name} (no promtool on the path, and none named by PROMTOOL)`, suite);

/** @throws Error with what it said, if it finds anything wrong */
function promtool(...args: string[]): void {
  const { status, stdout, stderr } = spawnSync(PROMTOOL, args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`promtool ${args.join(' ')}\n${stdout}${stderr}`);
}

describeWithPromtool('to Prometheus', () => {
  it('the configuration and the alerts are valid', () => {
    expect(() => promtool('check', 'config', join(OBSERVABILITY, 'prometheus/prometheus.yml'))).not.toThrow();
    expect(() => promtool('check', 'rules', '--lint=all', '--lint-fatal', ALERTS)).not.toThrow();
  });

  it('each alert fires when it should, and only then', () => {
    expect(() => promtool('test', 'rules', join(OBSERVABILITY, 'prometheus/alerts.test.yml'))).not.toThrow();
  });

  it('every query of the dashboards can be read', () => {
    const folder = mkdtempSync(join(tmpdir(), 'eventfleet-queries-'));
    try {
      const file = join(folder, 'queries.yml');
      const rules = queries().map(({ of, expr }, index) => ({
        record: `query_${index}`,
        expr,
        labels: { of },
      }));
      writeFileSync(file, stringify({ groups: [{ name: 'queries', rules }] }));
      expect(() => promtool('check', 'rules', file)).not.toThrow();
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
