/** The metrics of an app or of several: the labels that their series have by now, by the metric's name. */
export type ExportedMetrics = ReadonlyMap<string, ReadonlySet<string>>;

const SERIES = /^(\w+)(?:\{(.*)\})? [^ ]+$/gm;

/** The sum of a metric over its labels, as an app tells it; 0 when it tells none. */
export async function metric(app: string, name: string): Promise<number> {
  const text = await metricsText(app);
  const lines = text.split('\n').filter((line) => line.startsWith(`${name}{`) || line.startsWith(`${name} `));
  return lines.reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' '))), 0);
}

/** What these apps export, taken together. A metric without a series is there too, without labels. */
export async function readMetrics(apps: readonly { readonly url: string }[]): Promise<ExportedMetrics> {
  const texts = await Promise.all(apps.map(({ url }) => metricsText(url)));
  const text = texts.join('\n');
  const metrics = new Map<string, Set<string>>();
  for (const [, name = ''] of text.matchAll(/^# TYPE (\w+) /gm)) metrics.set(name, new Set());
  for (const [, series = '', labels = ''] of text.matchAll(SERIES)) {
    const known = metrics.get(series) ?? metrics.get(series.replace(/_(?:bucket|sum|count)$/, ''));
    for (const [, label = ''] of labels.matchAll(/(?:^|,)(\w+)="/g)) known?.add(label);
  }
  return metrics;
}

async function metricsText(app: string): Promise<string> {
  return (await fetch(`${app}/metrics`)).text();
}
