import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
export const OBSERVABILITY = join(ROOT, 'deploy/observability');
export const ALERTS = join(OBSERVABILITY, 'prometheus/alerts.yml');

export interface Alert {
  readonly alert: string;
  readonly expr: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
}

interface Panel {
  readonly id: number;
  readonly type: string;
  readonly title: string;
  readonly targets?: readonly { readonly refId: string; readonly expr: string }[];
}

export interface Dashboard {
  readonly uid: string;
  readonly panels: readonly Panel[];
}

/** A query in PromQL, and what it belongs to. */
export interface Query {
  readonly of: string;
  readonly expr: string;
}

export function alerts(): Alert[] {
  const { groups } = parse(readFileSync(ALERTS, 'utf8')) as { groups: { rules: Alert[] }[] };
  return groups.flatMap(({ rules }) => rules);
}

/** The configuration of Prometheus with the login that is a comment in it. */
export function withLogin(): string {
  const text = readFileSync(join(OBSERVABILITY, 'prometheus/prometheus.yml'), 'utf8');
  return text.replaceAll(/^ {4}# (?=oauth2:| )/gm, '    ');
}

export function dashboards(): Dashboard[] {
  return globSync('grafana/dashboards/*.json', { cwd: OBSERVABILITY }).map(
    (file) => JSON.parse(readFileSync(join(OBSERVABILITY, file), 'utf8')) as Dashboard,
  );
}

/** Every query of the alerts and of the dashboards, as Prometheus would be asked. */
export function queries(): Query[] {
  return [
    ...alerts().map(({ alert, expr }) => ({ of: alert, expr })),
    ...dashboards().flatMap(({ panels }) =>
      panels.flatMap(({ title, targets = [] }) =>
        targets.map(({ expr }) => ({ of: title, expr: expr.replaceAll('$__rate_interval', '5m') })),
      ),
    ),
  ];
}
