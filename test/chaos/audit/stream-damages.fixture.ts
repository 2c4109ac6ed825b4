import { without, type Damage } from './damage.fixture.ts';
import { soundRun } from './sound-run.fixture.ts';

/** What a reader of the stream gets. */
export const WHOLE_STREAM = soundRun().stored.map(({ eventId }) => eventId);
const [first, second, ...others] = WHOLE_STREAM as [string, string, ...string[]];

const streamed = (...events: readonly string[]) => ({ streams: [WHOLE_STREAM, events] });

export const STREAM_DAMAGES: readonly Damage[] = [
  ['a reader misses an event', () => streamed(...without(WHOLE_STREAM, 2)), 'not-streamed'],
  ['a reader misses the end', () => streamed(first, second), 'not-streamed'],
  ['a reader gets an event twice', () => streamed(first, second, first, ...others), 'streamed-twice'],
  ['a reader gets an event too late', () => streamed(second, first, ...others), 'streamed-out-of-order'],
  [
    'a reader gets an event that is not stored',
    () => streamed('lost', ...WHOLE_STREAM),
    'streamed-not-stored',
  ],
];
