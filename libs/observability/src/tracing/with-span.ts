import { startSpan, type SpanDescription, type TracedSpan } from './span.js';

/**
 * Runs work in a span, which ends with it, and fails if it throws. While tracing is off it only runs the work.
 * @param parent W3C `traceparent`
 * @param work gets the span; pass its `traceparent` to what the work causes
 */
export function withSpan<T>(
  description: SpanDescription,
  parent: string | undefined,
  work: (span: TracedSpan | undefined) => Promise<T>,
): Promise<T> {
  const span = startSpan(description, parent);
  return span ? endWith(span, work) : work(undefined);
}

async function endWith<T>(span: TracedSpan, work: (span: TracedSpan) => Promise<T>): Promise<T> {
  try {
    return await work(span);
  } catch (error) {
    span.fail(error);
    throw error;
  } finally {
    span.end();
  }
}
