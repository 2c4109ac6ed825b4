import type { Facts } from './facts.js';
import type { AggregateStory, GroupStory, Story } from './story.js';
import { count, list } from './words.js';

/** The answer in a few lines: of each aggregate what waits for what, and what to read. */
export function headlineOf(story: Omit<Story, 'headline'>, facts: Facts): string[] {
  const { eventStore } = facts;
  if (!eventStore.ok) {
    return [
      `The event store does not answer (${eventStore.reason}): nothing can be told of events.`,
      ...rowLines(facts),
      ...stoppedLines(facts),
    ];
  }
  if (story.match === 'none') {
    return [
      'No event has this id, and none was caused by a request of this id.',
      'Its command was refused, changed nothing or did not arrive; or the id is wrong.',
    ];
  }
  const more = eventStore.value.isCut ? ['It concerns more than what is shown here.'] : [];
  return [...story.aggregates.flatMap(linesOf), ...more];
}

function linesOf({ aggregateType, aggregateId, version, groups }: AggregateStory): string[] {
  const name = `${aggregateType} ${aggregateId}`;
  const waiting = groups.filter(({ cause }) => cause);
  const rest = groups.filter(({ cause }) => !cause).map(({ group }) => group);
  if (waiting.length === 0) {
    return [`${name}: the store is at ${version}, and so ${rest.length === 1 ? 'is' : 'are'} ${list(rest)}.`];
  }
  const upToDate =
    rest.length > 0 ? [`${name}: ${list(rest)} ${rest.length === 1 ? 'is' : 'are'} at ${version}.`] : [];
  return [...byCause(waiting).flatMap((same) => causeLines(name, version, same)), ...upToDate];
}

function causeLines(name: string, version: number, same: readonly GroupStory[]): string[] {
  const [{ version: row, cause, kind }] = same as [GroupStory];
  const isOne = same.length === 1;
  const rows = kind === 'read-model' ? `${isOne ? 'row' : 'rows'} of ` : '';
  const what = `${rows}${list(same.map(({ group }) => group))} ${isOne ? 'is' : 'are'}`;
  const where = `${what} at ${row ?? 'an unknown version'}`;
  return [
    `${name}: ${where}, store at ${version}: ${cause!.text}.`,
    `  See docs/operations.md#${cause!.runbook}`,
  ];
}

/** Groups that are at the same version for the same reason share a line. */
function byCause(groups: readonly GroupStory[]): GroupStory[][] {
  const found = new Map<string, GroupStory[]>();
  for (const group of groups) {
    const key = `${group.kind} ${group.version} ${group.cause?.text}`;
    found.set(key, [...(found.get(key) ?? []), group]);
  }
  return [...found.values()];
}

/** What the rows of this id are at, if it is an aggregate's. */
function rowLines({ readStore, processManagers }: Facts): string[] {
  const parts = [readStore, processManagers].flatMap((part) => (part.ok ? [part.value] : []));
  return parts.flatMap(({ versions, parked }) =>
    versions.map(({ projection, version }) => {
      const own = parked.find((each) => each.projection === projection);
      return `${projection} is at ${version}${own ? `, parked: ${own.errorCode ?? 'not tried yet'}` : ''}.`;
    }),
  );
}

/** All that can be told without knowing whom it is about. */
function stoppedLines({ apps }: Facts): string[] {
  const stopped = apps.flatMap(({ answer }) => (answer.ok ? answer.value.stopped : []));
  if (stopped.length === 0) return [];
  const partitions = stopped.map(({ group, topic, partition }) => `${group} ${topic}/${partition}`);
  return [`${count(stopped.length, 'partition')} paused: ${list(partitions)}.`];
}
