import type { RebuildPhase, RebuildProgress } from '@eventfleet/projections';

const PHASES: Readonly<Record<RebuildPhase, string>> = {
  copying: 'copying',
  indexing: 'making the indexes',
  'one-by-one': 'applying event by event what could not be copied',
  'catching-up': 'catching up from Kafka',
  ready: 'ready',
};

/** What a rebuild does and how far it is, in one line; with rate and time left as far as they are known. */
export function describeProgress(progress: RebuildProgress): string {
  const { phase, recordsLeft } = progress;
  switch (phase) {
    case 'copying':
      return [PHASES[phase], `${count(progress.events)} of about ${count(expected(progress))} events`, ...rate(progress)].join(', '); // prettier-ignore
    case 'catching-up':
      return recordsLeft === null ? PHASES[phase] : `${PHASES[phase]}, ${count(recordsLeft)} records left`;
    case 'ready':
      return `${PHASES[phase]}, ${comparison(progress)}`;
    case 'indexing':
    case 'one-by-one':
      return PHASES[phase];
  }
}

/** There may be more than was estimated at the start. */
function expected({ events, expectedEvents }: RebuildProgress): number {
  return Math.max(events, expectedEvents);
}

function rate(progress: RebuildProgress): string[] {
  const { events, eventsPerSecond } = progress;
  if (!eventsPerSecond) return [];
  const seconds = (expected(progress) - events) / eventsPerSecond;
  return [`${count(eventsPerSecond)}/s`, `${describeSeconds(seconds)} left`];
}

function comparison({ comparedAt, differences, notCompared }: RebuildProgress): string {
  if (comparedAt === null) return 'not compared yet';
  const left = notCompared.length > 0 ? ` without ${notCompared.join(', ')}` : '';
  return `compared at ${comparedAt.toISOString()}${left}: ${count(differences ?? 0)} differences`;
}

export function describeSeconds(seconds: number): string {
  const whole = Math.ceil(seconds);
  if (whole < 60) return `${whole} s`;
  if (whole < 3_600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  return `${Math.floor(whole / 3_600)} h ${Math.floor((whole % 3_600) / 60)} min`;
}

function count(value: number): string {
  return Math.round(value).toLocaleString('en');
}
