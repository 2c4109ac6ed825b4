import type { AppFacts, Facts, StreamFacts } from './facts.js';
import { headlineOf } from './headline.js';
import { judgeGroup } from './judge-group.js';
import type { AggregateStory, GroupStory, Story } from './story.js';
import { tellEvent } from './tell-event.js';

/**
 * Tells from what was found where an id stands, and what it waits for. Pure. What a source that did not answer would
 * have told is left out or unknown; the rest is told all the same.
 */
export function tellStory(facts: Facts): Story {
  const { question, at, eventStore } = facts;
  const aggregates = eventStore.ok
    ? eventStore.value.streams.map((stream) => tellAggregate(facts, stream))
    : [];
  const untitled = {
    question,
    at: at.toISOString(),
    match: eventStore.ok ? eventStore.value.match : null,
    aggregates,
    unreachable: unreachableOf(facts),
  };
  return { ...untitled, headline: headlineOf(untitled, facts) };
}

function tellAggregate(facts: Facts, stream: StreamFacts): AggregateStory {
  const { aggregateType, aggregateId, version, topic, partition, traces, asked } = stream;
  const groups = facts.groups
    .filter(({ topics }) => topics.includes(topic))
    .map((group) => judgeGroup(facts, stream, group))
    .toSorted((a, b) => rankOf(a) - rankOf(b));
  const shown = asked.length > 0 ? traces.filter(({ eventId }) => asked.includes(eventId)) : traces;
  return {
    aggregateType,
    aggregateId,
    version,
    topic,
    partition,
    groups,
    events: shown.map((trace) => tellEvent(facts, stream, groups, trace)),
    sagas: facts.processManagers.ok
      ? facts.processManagers.value.instances.filter(({ instanceId }) => instanceId === aggregateId)
      : [],
  };
}

/** What waits comes first; among that, what clients read. */
function rankOf({ state, kind }: GroupStory): number {
  return ['waits', 'unknown', 'up-to-date'].indexOf(state) * 2 + (kind === 'read-model' ? 0 : 1);
}

/** An app that nobody needs, as no group is consumed by it, may be off. */
function unreachableOf({ eventStore, kafka, readStore, processManagers, mails, apps, groups }: Facts) {
  const needed = apps.filter(({ app }) => app === 'command-api' || groups.some((group) => group.app === app));
  const parts = [
    ['event store', eventStore],
    ['kafka', kafka],
    ['read store', readStore],
    ['process managers', processManagers],
    ['notifier', mails],
    ...needed.map((each) => [nameOf(each), each.answer] as const),
  ] as const;
  return parts.flatMap(([source, part]) => (part.ok ? [] : [{ source, reason: part.reason }]));
}

function nameOf({ app, url }: AppFacts): string {
  return `${app} at ${url}`;
}
