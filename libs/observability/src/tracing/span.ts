import {
  ROOT_CONTEXT,
  SpanKind,
  SpanStatusCode,
  trace,
  type Attributes,
  type Link,
  type Span,
  type SpanContext,
  type Tracer,
} from '@opentelemetry/api';
import { serializeError } from '../error.serializer.js';
import { activeTracer } from './tracer.js';
import { readTraceparent, writeTraceparent } from './traceparent.js';

export interface SpanDescription {
  /** Of a bounded number of names: no ids in it. */
  readonly name: string;
  /** Absent: internal. */
  readonly kind?: keyof typeof KINDS;
  /** No personal data. */
  readonly attributes?: Attributes;
}

const KINDS = {
  server: SpanKind.SERVER,
  client: SpanKind.CLIENT,
  producer: SpanKind.PRODUCER,
  consumer: SpanKind.CONSUMER,
} as const;

/** A span that has begun. It ends once: what is called later changes nothing. */
export class TracedSpan {
  constructor(private readonly span: Span) {}

  /** What this span's own effects take for their parent, in this process or in another. */
  get traceparent(): string {
    return writeTraceparent(this.context);
  }

  get context(): SpanContext {
    return this.span.spanContext();
  }

  set(attributes: Attributes): void {
    this.span.setAttributes(attributes);
  }

  /** Marks it as failed, with a code or the kind of error: never with a text, which may hold personal data. */
  fail(error: unknown): void {
    this.span.setAttribute('error.type', errorType(error)).setStatus({ code: SpanStatusCode.ERROR });
  }

  end(): void {
    this.span.end();
  }
}

/**
 * Begins a span below its parent; without one, or with none that can be read, it begins a trace.
 * @param parent W3C `traceparent`
 * @returns undefined while tracing is off
 */
export function startSpan(description: SpanDescription, parent?: string): TracedSpan | undefined {
  const tracer = activeTracer()?.tracer;
  return tracer && startSpanOf(tracer, description, readTraceparent(parent));
}

export function startSpanOf(
  tracer: Tracer,
  { name, kind, attributes = {} }: SpanDescription,
  parent: SpanContext | undefined,
  links: Link[] = [],
): TracedSpan {
  const context = parent ? trace.setSpanContext(ROOT_CONTEXT, parent) : ROOT_CONTEXT;
  const options = { kind: kind ? KINDS[kind] : SpanKind.INTERNAL, attributes, links };
  return new TracedSpan(tracer.startSpan(name, options, context));
}

function errorType(error: unknown): string {
  if (typeof error === 'string') return error;
  const { code, type } = serializeError(error);
  return code ?? type;
}
