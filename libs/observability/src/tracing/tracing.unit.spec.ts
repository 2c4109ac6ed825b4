import { recordSpans, type RecordedSpan } from '@eventfleet/testing';
import { startBatch, withBatch } from './batch-spans.js';
import { startSpan } from './span.js';
import { traceFields } from './traceparent.js';
import { isTracing } from './tracer.js';
import { withSpan } from './with-span.js';

const traceparent = (n: number, flags = '01') =>
  `00-${n.toString(16).padStart(32, '0')}-${n.toString(16).padStart(16, '0')}-${flags}`;
const spanIdOf = (text: string) => text.split('-')[2]!;

interface Item {
  readonly parent: string | undefined;
}
const itemsOf = (...parents: (string | undefined)[]): Item[] => parents.map((parent) => ({ parent }));
const BATCH = {
  batch: { name: 'whole' },
  item: () => ({ name: 'part' }),
  traceparentOf: ({ parent }: Item) => parent,
};

describe('while tracing is off', () => {
  it('work is only done, and keeps the trace that it has', async () => {
    expect(isTracing()).toBe(false);
    expect(startSpan({ name: 'a' })).toBeUndefined();
    expect(startBatch(itemsOf(traceparent(1)), BATCH)).toBeUndefined();
    expect(await withSpan({ name: 'a' }, traceparent(1), async (span) => span)).toBeUndefined();
    expect(await withBatch(itemsOf(traceparent(1)), BATCH, async (spans) => spans)).toBeUndefined();
  });
});

describe('while tracing is on', () => {
  let spans: RecordedSpan[];
  beforeAll(async () => {
    spans = await recordSpans();
  });
  beforeEach(() => void (spans.length = 0));

  it('a span lies below its parent, and hands itself on', async () => {
    const handedOn = await withSpan({ name: 'a' }, traceparent(7), async (span) => span!.traceparent);
    expect(spans).toMatchObject([{ name: 'a', parentSpanId: spanIdOf(traceparent(7)), failed: false }]);
    const { traceId, spanId } = spans[0]!.context;
    expect(handedOn).toBe(`00-${traceId}-${spanId}-01`);
    expect(traceId).toBe(traceparent(7).split('-')[1]);
  });

  it.each([undefined, '', 'nonsense'])('a span with the parent %j begins a trace', (parent) => {
    startSpan({ name: 'a' }, parent)?.end();
    expect(spans[0]!.parentSpanId).toBeUndefined();
  });

  it('a span of an unsampled parent is not recorded, and says so to what it causes', async () => {
    const handedOn = await withSpan({ name: 'a' }, traceparent(7, '00'), async (span) => span!.traceparent);
    expect(handedOn).toMatch(/^00-0{31}7-[\da-f]{16}-00$/);
    expect(spans).toEqual([]);
  });

  it('an error fails its span by code or name, without its text', async () => {
    const error = Object.assign(new Error('secret text'), { code: '23505' });
    await expect(withSpan({ name: 'a' }, undefined, () => Promise.reject(error))).rejects.toBe(error);
    await expect(
      withSpan({ name: 'b' }, undefined, () => Promise.reject(new TypeError('secret text'))),
    ).rejects.toThrow();
    expect(spans).toMatchObject([
      { failed: true, attributes: { 'error.type': '23505' } },
      { failed: true, attributes: { 'error.type': 'TypeError' } },
    ]);
    expect(JSON.stringify(spans)).not.toContain('secret');
  });

  it('a batch is a trace of its own; its items lie below their own parents, and link to it', async () => {
    const items = itemsOf(traceparent(1), traceparent(2, '00'), undefined, traceparent(3));
    const handedOn = await withBatch(items, BATCH, async (batch) =>
      items.map((item) => batch!.traceparentOf(item)),
    );
    const parts = spans.filter(({ name }) => name === 'part');
    const whole = spans.find(({ name }) => name === 'whole')!;
    expect(whole.parentSpanId).toBeUndefined();
    expect(whole.links).toEqual([traceparent(1), traceparent(3)].map(spanIdOf));
    expect(parts.map(({ parentSpanId }) => parentSpanId)).toEqual(whole.links);
    expect(parts.map(({ links }) => links)).toEqual([[whole.context.spanId], [whole.context.spanId]]);
    expect(handedOn.map((text) => text && spanIdOf(text))).toEqual([
      parts[0]!.context.spanId,
      undefined,
      undefined,
      parts[1]!.context.spanId,
    ]);
  });

  it('a batch without a sampled item has no span', () => {
    expect(startBatch(itemsOf(traceparent(1, '00'), undefined, ''), BATCH)).toBeUndefined();
  });

  it('a batch has links to its first 128 items, and a span for every item', () => {
    const parents = Array.from({ length: 300 }, (_, n) => traceparent(n + 1));
    startBatch(itemsOf(...parents), BATCH)!.end();
    expect(spans.find(({ name }) => name === 'whole')!.links).toEqual(parents.slice(0, 128).map(spanIdOf));
    expect(spans.filter(({ name }) => name === 'part')).toHaveLength(300);
  });

  it('one item fails alone, and all of them with their batch', async () => {
    const [first, second] = itemsOf(traceparent(1), traceparent(2)) as [Item, Item];
    await withBatch([first, second], BATCH, async (batch) => batch!.fail(first, 'at-fault'));
    expect(spans.map(({ failed }) => failed)).toEqual([true, false, false]);
    spans.length = 0;
    await expect(
      withBatch([first, second], BATCH, () => Promise.reject(new Error('broken'))),
    ).rejects.toThrow('broken');
    expect(spans.map(({ failed }) => failed)).toEqual([true, true, true]);
  });
});

describe('the trace of a log line', () => {
  it.each([
    [[], {}],
    [[undefined, '', 'a text with Ada in it, longer than a trace'], {}],
    [[traceparent(7), traceparent(7)], { trace_id: '7'.padStart(32, '0') }],
    [[traceparent(7), traceparent(8)], { trace_ids: ['7', '8'].map((id) => id.padStart(32, '0')) }],
  ])('of %j is %j', (traceparents, fields) => {
    expect(traceFields(...traceparents)).toEqual(fields);
  });
});
