import { enableTracing } from '@eventfleet/observability';
import { SpanStatusCode, type Attributes, type SpanContext } from '@opentelemetry/api';

export interface RecordedSpan {
  readonly name: string;
  readonly context: SpanContext;
  /** Undefined for a root. */
  readonly parentSpanId: string | undefined;
  readonly attributes: Attributes;
  /** The ids of the spans that it links to. */
  readonly links: readonly string[];
  readonly failed: boolean;
}

/** Turns tracing on for the rest of a spec file, and returns the spans that have ended, as they end. */
export async function recordSpans(): Promise<RecordedSpan[]> {
  // Only the specs that record spans pay for loading it.
  const { NodeSDK } = await import('@opentelemetry/sdk-node');
  const ended: RecordedSpan[] = [];
  const sdk = new NodeSDK({
    spanProcessors: [
      {
        onStart: () => undefined,
        onEnd: (span) =>
          void ended.push({
            name: span.name,
            context: span.spanContext(),
            parentSpanId: span.parentSpanContext?.spanId,
            attributes: span.attributes,
            links: span.links.map(({ context }) => context.spanId),
            failed: span.status.code === SpanStatusCode.ERROR,
          }),
        forceFlush: () => Promise.resolve(),
        shutdown: () => Promise.resolve(),
      },
    ],
    autoDetectResources: false,
    metricReaders: [],
    logRecordProcessors: [],
  });
  sdk.start();
  enableTracing({ followsParent: true });
  return ended;
}
