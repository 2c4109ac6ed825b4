import type { ReceivedSpan } from './otlp-receiver.js';

/**
 * A trace as lines, each span indented below its parent, in the order of their texts. Siblings of one text are one
 * line: at least once may be twice.
 * @param label the text of a span; undefined leaves it out, with all that lies below it
 */
export function spanTree(
  spans: readonly ReceivedSpan[],
  parentSpanId: string,
  label: (span: ReceivedSpan) => string | undefined,
): string[] {
  return linesBelow(spans, new Set([parentSpanId]), label, '');
}

function linesBelow(
  spans: readonly ReceivedSpan[],
  parents: ReadonlySet<string>,
  label: (span: ReceivedSpan) => string | undefined,
  indent: string,
): string[] {
  const idsByText = new Map<string, Set<string>>();
  for (const span of spans) {
    const text = parents.has(span.parentSpanId ?? '') ? label(span) : undefined;
    if (text === undefined) continue;
    const ids = idsByText.get(text) ?? new Set();
    idsByText.set(text, ids.add(span.spanId));
  }
  return [...idsByText]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([text, ids]) => [indent + text, ...linesBelow(spans, ids, label, `${indent}  `)]);
}
