import { collectDefaultMetrics, register } from 'prom-client';

/** A tenth of a second is fine enough for a gauge, and costs an idle process a tenth of the default's wake-ups. */
const EVENT_LOOP_PRECISION_MS = 100;

/** CPU, memory, event loop and garbage collection of this process, in the default registry. Idempotent. */
export function collectProcessMetrics(): void {
  if (register.getSingleMetric('process_start_time_seconds')) return;
  collectDefaultMetrics({ eventLoopMonitoringPrecision: EVENT_LOOP_PRECISION_MS });
}
