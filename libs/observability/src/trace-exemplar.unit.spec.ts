import { AsyncLocalStorage } from 'node:async_hooks';
import {
  context,
  ROOT_CONTEXT,
  trace,
  TraceFlags,
  type Context,
  type ContextManager,
  type SpanContext,
} from '@opentelemetry/api';
import { traceExemplar } from './trace-exemplar.js';

const span: SpanContext = { traceId: 'a'.repeat(32), spanId: 'b'.repeat(16), traceFlags: TraceFlags.SAMPLED };

/** As the SDK registers one. */
class AsyncContexts implements ContextManager {
  readonly #storage = new AsyncLocalStorage<Context>();
  active = () => this.#storage.getStore() ?? ROOT_CONTEXT;
  with: ContextManager['with'] = (active, fn, thisArg, ...args) =>
    this.#storage.run(active, () => fn.apply(thisArg, args));
  bind: ContextManager['bind'] = (_, target) => target;
  enable = () => this;
  disable = () => this;
}

describe('the exemplar of an observation', () => {
  afterEach(() => context.disable());

  it('names the sampled trace that is said', () => {
    expect(traceExemplar(span)).toEqual({ trace_id: span.traceId });
  });

  it('names the active trace', () => {
    context.setGlobalContextManager(new AsyncContexts());
    const found = context.with(trace.setSpanContext(ROOT_CONTEXT, span), () => traceExemplar());
    expect(found).toEqual({ trace_id: span.traceId });
  });

  it('is not there if the trace is not sampled, or there is none', () => {
    expect(traceExemplar({ ...span, traceFlags: TraceFlags.NONE })).toBeUndefined();
    expect(traceExemplar()).toBeUndefined();
  });
});
