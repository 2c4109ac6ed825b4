import { jest } from '@jest/globals';
import { recordSpans } from '@eventfleet/testing';
import { traceExemplar } from './trace-exemplar.js';

const traceOf = (digit: string) => digit.repeat(32);
const traceparent = (digit: string, flags: string) => `00-${traceOf(digit)}-${'c'.repeat(16)}-${flags}`;
const itself = (text: string | undefined) => text;

describe('the exemplar of an observation', () => {
  it('is not there while tracing is off, and nothing is asked for it', () => {
    const asked = jest.fn(itself);
    expect(traceExemplar([traceparent('a', '01')], asked)).toBeUndefined();
    expect(asked).not.toHaveBeenCalled();
  });

  it('names the first trace that is sampled', async () => {
    await recordSpans();
    const items = [undefined, traceparent('a', '00'), traceparent('b', '01'), traceparent('d', '01')];
    expect(traceExemplar(items, itself)).toEqual({ trace_id: traceOf('b') });
    expect(traceExemplar(items.slice(0, 2), itself)).toBeUndefined();
  });
});
