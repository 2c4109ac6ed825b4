import { DomainError } from '@eventfleet/domain';
import { readStoredAnswer, storeAnswer, type AnsweredCommand } from './stored-answer.js';

const correlation = {
  correlationId: '0199c0de-0000-7000-8000-000000000001',
  traceparent: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01',
};

describe('a stored answer', () => {
  it.each<[string, AnsweredCommand]>([
    ['accepted', { decision: { kind: 'accepted', version: 3, events: [] }, correlation }],
    [
      'of a creation',
      {
        decision: { kind: 'accepted', version: 1, events: [] },
        correlation,
        aggregateId: correlation.correlationId,
      },
    ],
    [
      'refused',
      {
        decision: { kind: 'refused', error: new DomainError('user-not-found', 'there is no user') },
        correlation,
        time: '2026-11-29T20:00:00Z',
      },
    ],
  ])('is read as it was written: %s', (_, answer) => {
    const stored = storeAnswer(answer);
    expect(readStoredAnswer(stored)).toEqual(answer);
    expect(stored.length).toBeLessThan(200);
  });

  it('of an earlier release is none of these', () => {
    expect(readStoredAnswer('{"status":200,"headers":{},"body":{}}')).toBeUndefined();
  });
});
