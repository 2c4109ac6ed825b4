import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';
import { alerts, dashboards, withLogin } from './queries.js';

interface Service {
  readonly profiles?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly ports?: readonly string[];
  readonly volumes?: readonly string[];
  readonly mem_limit?: string;
}

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const textOf = (path: string): string => readFileSync(join(ROOT, path), 'utf8');

const { services } = parse(textOf('docker-compose.kafka.yml'), { merge: true }) as {
  services: Readonly<Record<string, Service>>;
};
const observers = Object.entries(services).filter(([, { profiles = [] }]) => profiles.includes('observe'));

/** The rows of the table of alerts: each one's name, and where it says what to do. */
function documentedAlerts(): Map<string, string> {
  const [, section = ''] = textOf('docs/operations.md').split('\n## Alerts\n');
  const [table = ''] = section.split('\n## ');
  return new Map(
    [...table.matchAll(/^\| `(Eventfleet\w+)`.*$/gm)].map(([row, name = '']) => [
      name,
      `docs/operations.md${/\]\((#[^)]+)\)/.exec(row)?.[1]}`,
    ]),
  );
}

describe('the alerts', () => {
  it('are those of the operations guide, each with a link to what to do', () => {
    const runbooks = alerts().map(({ alert, annotations }) => [alert, annotations['runbook_url']] as const);
    expect(runbooks.length).toBeGreaterThan(10);
    expect(new Map(runbooks)).toEqual(documentedAlerts());
  });

  it('each have a summary, a severity and a test', () => {
    const tests = textOf('deploy/observability/prometheus/alerts.test.yml');
    for (const { alert, labels, annotations } of alerts()) {
      expect([alert, labels['severity']]).toEqual([alert, expect.stringMatching(/^(critical|warning)$/)]);
      expect([alert, annotations['summary']]).toEqual([alert, expect.stringMatching(/.{20}/)]);
      expect([alert, tests.includes(`{alertname="${alert}"}`)]).toEqual([alert, true]);
    }
  });
});

describe('the configuration of Prometheus', () => {
  it('has a login for fleets that need tokens, which is a comment', () => {
    const { scrape_configs: jobs } = parse(withLogin()) as { scrape_configs: Record<string, unknown>[] };
    expect(jobs).toMatchObject([
      {
        job_name: 'eventfleet',
        oauth2: { scopes: ['fleet:read'] },
        static_configs: expect.anything() as object,
      },
    ]);
    expect(services['command-api']?.environment).toHaveProperty('OIDC_TOKEN_URL');
  });
});

describe('the dashboards', () => {
  it('have panels with ids of their own, each with a query', () => {
    expect(dashboards()).not.toEqual([]);
    for (const { panels } of dashboards()) {
      expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
      const silent = panels.filter(({ type, targets = [] }) => type !== 'row' && targets.length === 0);
      expect(silent.map(({ title }) => title)).toEqual([]);
    }
  });
});

describe('compose', () => {
  it('publishes every port on the loopback interface alone, and bounds the memory of every service', () => {
    for (const [name, { ports = [], mem_limit }] of Object.entries(services)) {
      expect([name, ports.filter((port) => !port.startsWith('127.0.0.1:'))]).toEqual([name, []]);
      expect([name, mem_limit]).toEqual([name, expect.stringMatching(/^\d+[mg]$/)]);
    }
  });

  it('mounts files that are there', () => {
    const mounted = Object.values(services)
      .flatMap(({ volumes = [] }) => volumes)
      .filter((volume) => volume.startsWith('./'))
      .map((volume) => volume.split(':')[0]!);
    expect(mounted.filter((path) => !existsSync(join(ROOT, path)))).toEqual([]);
  });

  it('observes, and lets nobody log in', () => {
    expect(observers.map(([name]) => name).toSorted()).toEqual(['grafana', 'jaeger', 'prometheus']);
    expect(services['grafana']!.environment).toMatchObject({
      GF_AUTH_ANONYMOUS_ORG_ROLE: 'Viewer',
      GF_AUTH_BASIC_ENABLED: 'false',
      GF_AUTH_DISABLE_LOGIN_FORM: 'true',
      GF_SECURITY_DISABLE_INITIAL_ADMIN_CREATION: 'true',
    });
  });

  it('scrapes every app at its port', () => {
    const { scrape_configs: scrapes } = parse(textOf('deploy/observability/prometheus/prometheus.yml')) as {
      scrape_configs: { static_configs: { targets: string[]; labels: { app: string } }[] }[];
    };
    const scraped = scrapes.flatMap(({ static_configs: configs }) => configs);
    const apps = Object.entries(services).filter(
      ([, { profiles = [], ports = [] }]) => profiles.includes('apps') && ports.length > 0,
    );
    const targets = apps.map(([name, { ports = [] }]) => `${name}:${ports[0]!.split(':').at(-1)}`);
    expect(scraped.flatMap((config) => config.targets).toSorted()).toEqual(targets.toSorted());
    expect(scraped.map(({ labels }) => labels.app).toSorted()).toEqual(apps.map(([name]) => name).toSorted());
  });
});
