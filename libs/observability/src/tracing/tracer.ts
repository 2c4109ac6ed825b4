import { trace, type Tracer } from '@opentelemetry/api';

export interface TracingOptions {
  /** Whether the sampler goes by a span's parent, if there is one: then an item of an unsampled trace needs no span. */
  readonly followsParent: boolean;
}

interface ActiveTracer extends TracingOptions {
  readonly tracer: Tracer;
}

/** The semantic conventions that names and attributes of spans are taken from. Those for messaging are in development. */
const SCHEMA_URL = 'https://opentelemetry.io/schemas/1.45.0';

let active: ActiveTracer | undefined;

/** Call it once the SDK is registered. Until then everything here does nothing. */
export function enableTracing(options: TracingOptions): void {
  const tracer = trace.getTracerProvider().getTracer('eventfleet', undefined, { schemaUrl: SCHEMA_URL });
  active = { ...options, tracer };
}

export function activeTracer(): ActiveTracer | undefined {
  return active;
}

/** Whether spans are made. Where it is not, a hot path spares itself their descriptions. */
export function isTracing(): boolean {
  return active !== undefined;
}
