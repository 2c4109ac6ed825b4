import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { describeWithPromtool, promtool } from './promtool.js';
import { ALERTS, OBSERVABILITY, queries, withLogin } from './queries.js';

describeWithPromtool('to Prometheus', () => {
  it('the configuration and the alerts are valid', () => {
    expect(() => promtool('check', 'config', join(OBSERVABILITY, 'prometheus/prometheus.yml'))).not.toThrow();
    expect(() => promtool('check', 'rules', '--lint=all', '--lint-fatal', ALERTS)).not.toThrow();
  });

  it('the login for fleets that need tokens is valid', () => {
    const folder = mkdtempSync(join(tmpdir(), 'eventfleet-login-'));
    try {
      writeFileSync(join(folder, 'prometheus.yml'), withLogin().replace('rule_files: [alerts.yml]', ''));
      expect(() => promtool('check', 'config', join(folder, 'prometheus.yml'))).not.toThrow();
    } finally {
      rmSync(folder, { recursive: true });
    }
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
