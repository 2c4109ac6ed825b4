import { Histogram, register, type HistogramConfiguration } from 'prom-client';

/**
 * A histogram in the default registry whose observations may have exemplars (`traceExemplar`). Only OpenMetrics shows
 * them, and the library refuses to make such a histogram in a registry of another format: so it is put there afterwards.
 */
export function tracedHistogram(config: HistogramConfiguration<string>): Histogram {
  const histogram = new Histogram({ ...config, registers: [], enableExemplars: true });
  register.registerMetric(histogram);
  return histogram;
}
