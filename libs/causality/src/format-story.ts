import type { AggregateStory, EventStory, Story } from './story.js';

const PLACE_WIDTH = 16;

/** A story as lines of text: the answer first, the details below. */
export function formatStory({ headline, aggregates, unreachable, at }: Story): string[] {
  return [
    ...headline,
    ...unreachable.map(({ source, reason }) => `No answer from ${source}: ${reason}`),
    ...aggregates.flatMap(aggregateLines),
    '',
    `as of ${at}`,
  ].map(printable);
}

function aggregateLines(aggregate: AggregateStory): string[] {
  const { aggregateType, aggregateId, version, topic, partition, groups, events, sagas } = aggregate;
  return [
    '',
    `${aggregateType} ${aggregateId}, version ${version}, in ${topic}/${partition}`,
    ...groups.flatMap(({ group, state, version: row, cause, details }) => [
      toLine(group, `${state}${row === null ? '' : `, at ${row}`}${cause ? ` (${cause.code})` : ''}`),
      ...details.map((detail) => toLine('', detail)),
    ]),
    ...sagas.flatMap(({ processManager, hasEnded, timers, commands }) => [
      toLine(`saga ${processManager}`, hasEnded ? 'has ended' : 'goes on'),
      ...timers.map(({ name, dueAt, failures }) =>
        toLine('', `timer ${name} due at ${dueAt}${failures > 0 ? `, failed ${failures} times` : ''}`),
      ),
      ...commands.map(({ commandId, type, sentAt }) =>
        toLine('', `command ${commandId} ${type} at ${sentAt}`),
      ),
    ]),
    ...events.flatMap(eventLines),
  ];
}

function eventLines({ version, type, eventId, occurredAt, traceId, hops }: EventStory): string[] {
  return [
    '',
    `${version} ${type} ${eventId} at ${occurredAt}${traceId === null ? '' : `, trace ${traceId}`}`,
    ...hops.map(({ place, state, text }) => toLine(place, state === 'done' ? text : `${state}: ${text}`)),
  ];
}

function toLine(place: string, text: string): string {
  return `  ${place.padEnd(PLACE_WIDTH)} ${text}`;
}

/** An id that a client chose, or a reason that a server gave, must not control the terminal. */
function printable(line: string): string {
  return line.replaceAll(/\p{Cc}/gu, '\u{FFFD}');
}
