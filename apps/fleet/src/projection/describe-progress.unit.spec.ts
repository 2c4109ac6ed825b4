import type { RebuildProgress } from '@eventfleet/projections';
import { describeProgress, describeSeconds } from './describe-progress.js';

const AT = new Date('2026-03-01T10:00:00Z');
const BEGUN: RebuildProgress = {
  projection: 'user-list',
  phase: 'copying',
  expectedEvents: 1_000_000,
  events: 0,
  lastAggregate: null,
  eventsPerSecond: null,
  recordsLeft: null,
  startedAt: AT,
  updatedAt: AT,
  comparedAt: null,
  differences: null,
  notCompared: [],
};

describe('the progress of a rebuild', () => {
  it.each([
    [BEGUN, 'copying, 0 of about 1,000,000 events'],
    [
      { ...BEGUN, events: 250_000, eventsPerSecond: 100_000 },
      'copying, 250,000 of about 1,000,000 events, 100,000/s, 8 s left',
    ],
    [
      { ...BEGUN, events: 1_000_500, eventsPerSecond: 100_000 },
      'copying, 1,000,500 of about 1,000,500 events, 100,000/s, 0 s left',
    ],
    [{ ...BEGUN, phase: 'indexing' as const }, 'making the indexes'],
    [
      { ...BEGUN, phase: 'catching-up' as const, recordsLeft: 1_234 },
      'catching up from Kafka, 1,234 records left',
    ],
    [{ ...BEGUN, phase: 'ready' as const }, 'ready, not compared yet'],
    [
      { ...BEGUN, phase: 'ready' as const, comparedAt: AT, differences: 2, notCompared: ['user_list.name'] },
      'ready, compared at 2026-03-01T10:00:00.000Z without user_list.name: 2 differences',
    ],
  ])('reads as a line', (progress, line) => {
    expect(describeProgress(progress)).toBe(line);
  });

  it.each([
    [0, '0 s'],
    [59.2, '1 min 0 s'],
    [185, '3 min 5 s'],
    [7_320, '2 h 2 min'],
  ])('says %d seconds in words', (seconds, words) => {
    expect(describeSeconds(seconds)).toBe(words);
  });
});
