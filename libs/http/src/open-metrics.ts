import { register, Registry, type OpenMetricsContentType } from 'prom-client';

/** Everything in the default registry as OpenMetrics, the only text format that has exemplars. */
export function openMetrics(): Promise<string> {
  const registry = new Registry<OpenMetricsContentType>();
  registry.setContentType(Registry.OPENMETRICS_CONTENT_TYPE);
  // Derived, since this format takes `_total` from the names of counters, and the default registry would keep that.
  for (const metric of register.getMetricsAsArray()) registry.registerMetric(Object.create(metric));
  return registry.metrics();
}
