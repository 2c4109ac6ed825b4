import { recordSpans } from '@eventfleet/testing';
import { traceExemplar } from './trace-exemplar.js';

const traceOf = (digit: string) => digit.repeat(32);
const traceparent = (digit: string, flags: string) => `00-${traceOf(digit)}-${'c'.repeat(16)}-${flags}`;

describe('the exemplar of an observation', () => {
  it('is not there while tracing is off', () => {
    expect(traceExemplar([traceparent('a', '01')])).toBeUndefined();
  });

  it('names the first trace that is sampled', async () => {
    await recordSpans();
    const traceparents = [undefined, traceparent('a', '00'), traceparent('b', '01'), traceparent('d', '01')];
    expect(traceExemplar(traceparents)).toEqual({ trace_id: traceOf('b') });
    expect(traceExemplar(traceparents.slice(0, 2))).toBeUndefined();
  });
});
