import type { Link, SpanContext } from '@opentelemetry/api';
import { startSpanOf, type SpanDescription, type TracedSpan } from './span.js';
import { activeTracer } from './tracer.js';
import { isSampled, readTraceparent } from './traceparent.js';

/** How work on many items at once, of a trace each, is shown. */
export interface BatchDescription<Item> {
  /** The span of the whole. */
  readonly batch: SpanDescription;
  /** The span of an item. */
  readonly item: (item: Item) => SpanDescription;
  /** The trace that an item belongs to; an item without one has no span. */
  readonly traceparentOf: (item: Item) => string | undefined;
}

/** The SDK keeps so many links of a span, and drops all others. */
const MAX_LINKS = 128;

/** The spans of a batch and of its items. */
export class BatchSpans<Item> {
  constructor(
    private readonly batch: TracedSpan,
    private readonly items: ReadonlyMap<Item, TracedSpan>,
  ) {}

  /** What an item's effects take for their parent; undefined if the item has no span. */
  traceparentOf(item: Item): string | undefined {
    return this.items.get(item)?.traceparent;
  }

  /** Marks the span of one item as failed. */
  fail(item: Item, error: unknown): void {
    this.items.get(item)?.fail(error);
  }

  /** Ends all of them. @param error what made the batch fail as a whole */
  end(error?: unknown): void {
    for (const span of [...this.items.values(), this.batch]) {
      if (error !== undefined) span.fail(error);
      span.end();
    }
  }
}

/**
 * Begins the span of a batch, which is a trace of its own with links to the first 128 traces that it works on, and a span
 * for each item below the item's own parent, with a link to the batch. Whether an item's span is recorded is for its
 * own trace to say, and for the batch's span it is the sampler's choice as for any root.
 * @returns undefined while tracing is off, and if no item is sampled
 */
export function startBatch<Item>(
  items: readonly Item[],
  { batch, item: describe, traceparentOf }: BatchDescription<Item>,
): BatchSpans<Item> | undefined {
  const active = activeTracer();
  if (!active) return undefined;
  const { tracer, followsParent } = active;
  const parents = new Map<Item, SpanContext>();
  for (const item of items) {
    const parent = readTraceparent(traceparentOf(item));
    if (parent && (!followsParent || isSampled(parent))) parents.set(item, parent);
  }
  if (parents.size === 0) return undefined;
  const batchSpan = startSpanOf(tracer, batch, undefined, linksTo([...parents.values()]));
  const link = [{ context: batchSpan.context }];
  const spans = new Map<Item, TracedSpan>();
  for (const [item, parent] of parents) spans.set(item, startSpanOf(tracer, describe(item), parent, link));
  return new BatchSpans(batchSpan, spans);
}

/** Runs work on a batch within its spans, which end with it, and fail if it throws. */
export function withBatch<Item, T>(
  items: readonly Item[],
  description: BatchDescription<Item>,
  work: (spans: BatchSpans<Item> | undefined) => Promise<T>,
): Promise<T> {
  const spans = startBatch(items, description);
  return spans ? endWith(spans, work) : work(undefined);
}

async function endWith<Item, T>(
  spans: BatchSpans<Item>,
  work: (spans: BatchSpans<Item>) => Promise<T>,
): Promise<T> {
  try {
    const result = await work(spans);
    spans.end();
    return result;
  } catch (error) {
    spans.end(error);
    throw error;
  }
}

function linksTo(contexts: readonly SpanContext[]): Link[] {
  return contexts.slice(0, MAX_LINKS).map((context) => ({ context }));
}
