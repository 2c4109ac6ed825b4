import { diag, DiagLogLevel } from '@opentelemetry/api';
import type { Logger } from 'pino';
import { enableTracing, type TracingOptions } from './tracer.js';
import { quietly } from './diagnostics.js';

export interface TracingSettings extends TracingOptions {
  /** Absent if the environment names the service. */
  readonly serviceName?: string;
}

export interface Tracing {
  /** Exports what is left. It may wait for the receiver as long as the exporter does: give it a deadline. */
  stop(): Promise<void>;
}

/**
 * Loads the OpenTelemetry SDK, which takes memory and start-up time, and starts it. It reads exporter, sampler, limits
 * and resource from the standard `OTEL_` variables. Only traces are exported. If the receiver is away, spans are dropped
 * once the exporter's queue is full, and nothing else happens.
 */
export async function startTracing(settings: TracingSettings, logger: Logger): Promise<Tracing> {
  const { NodeSDK } = await import('@opentelemetry/sdk-node');
  const { serviceName, followsParent } = settings;
  const sdk = new NodeSDK({
    ...(serviceName === undefined ? {} : { serviceName }),
    metricReaders: [],
    logRecordProcessors: [],
  });
  // Instead of the SDK's own, which would write lines of another form to the log.
  diag.setLogger(quietly(logger), { logLevel: DiagLogLevel.WARN, suppressOverrideMessage: true });
  sdk.start();
  enableTracing({ followsParent });
  return { stop: () => sdk.shutdown() };
}
