import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { queries } from '../../observability/queries.js';
import { readMetrics, type ExportedMetrics } from '../support/metrics.js';
import type { ContractStage } from './contract-stage.js';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
/** A name in full: not what stands before "…" or "{written,failed}". */
const NAME = /\beventfleet_[a-z_]*[a-z](?![\w…])/g;
/** A series of ours in a query, with the labels that it is picked by. */
const SELECTOR = /\b(eventfleet_\w+)(?:\{([^}]*)\})?/g;
/** A database and a role of it. */
const OF_POSTGRES = ['eventfleet_read', 'eventfleet_command_api'];
/** Labels that Prometheus gives to whatever it scrapes. */
const OF_THE_SCRAPE = ['app', 'instance', 'job'];
/** No server is there: the notifier is live and waits, which is all that is needed. */
const NO_RABBITMQ = { RABBITMQ_URL: 'amqp://127.0.0.1:1' };

/** The metric that a series is of: a histogram has three kinds of them. */
function metricOf(name: string, exported: ExportedMetrics): string | undefined {
  return [name, name.replace(/_(?:bucket|sum|count)$/, '')].find((metric) => exported.has(metric));
}

/** What a query asks a series for by labels that it does not have. Series that are not there yet are not judged. */
function unknownLabels(expr: string, exported: ExportedMetrics): string[] {
  return [...expr.matchAll(SELECTOR)].flatMap(([, name = '', matchers = '']) => {
    const labels = exported.get(metricOf(name, exported) ?? '');
    if (!labels?.size) return [];
    const asked = [...matchers.matchAll(/(\w+)\s*(?:=~|!~|!=|=)/g)].map(([, label = '']) => label);
    const known = [...labels, ...OF_THE_SCRAPE];
    return asked.filter((label) => !known.includes(label)).map((label) => `${name}{${label}}`);
  });
}

export function describeMetrics(stage: ContractStage): void {
  describe('the metrics of all apps', () => {
    let exported: ExportedMetrics;

    beforeAll(async () => {
      const { commandApis, projectors, queryApis } = stage.fleet;
      const others = await Promise.all([
        stage.fleet.start('process-manager', {}, { until: 'live' }),
        stage.fleet.start('notifier', NO_RABBITMQ, { until: 'live' }),
      ]);
      exported = await readMetrics([...commandApis, ...projectors, ...queryApis, ...others]);
      await Promise.all(others.map((app) => app.stop()));
    });

    it('are all that alerts and dashboards ask for, with the labels that they ask for', () => {
      const wrong = queries().flatMap(({ of, expr }) => [
        ...[...expr.matchAll(SELECTOR)]
          .filter(([, name = '']) => metricOf(name, exported) === undefined)
          .map(([, name]) => `${of}: ${name}`),
        ...unknownLabels(expr, exported).map((label) => `${of}: ${label}`),
      ]);
      expect(wrong).toEqual([]);
    });

    it('are those of the documents', () => {
      const documents = globSync(['README.md', 'docs/**/*.md'], { cwd: ROOT });
      const named = documents.flatMap((document) =>
        [...readFileSync(join(ROOT, document), 'utf8').matchAll(NAME)].map(([name]) => name),
      );
      const documented = [...new Set(named)].filter((name) => !OF_POSTGRES.includes(name));
      const ours = [...exported.keys()].filter((name) => name.startsWith('eventfleet_'));
      expect(documented.map((name) => metricOf(name, exported) ?? name).toSorted()).toEqual(ours.toSorted());
    });
  });
}
