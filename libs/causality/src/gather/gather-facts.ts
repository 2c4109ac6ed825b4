import { withPrefix } from '@eventfleet/kafka';
import { readMails } from '@eventfleet/notifications';
import { ifMigrated } from '@eventfleet/postgres';
import { askWithin, type Part } from '@eventfleet/resilience';
import type { EventStoreFacts, Facts, GroupFacts, GroupName, ProcessManagerFacts } from '../facts.js';
import { askApps } from './ask-apps.js';
import { askEventStore, findStreams, guessStreams, type FoundStreams } from './ask-event-store.js';
import { askGroups, askProcessManagers } from './ask-groups.js';
import { askKafka } from './ask-kafka.js';
import type { Sources } from './sources.js';

export type { Sources, TracedAggregate } from './sources.js';

const NOTHING: ProcessManagerFacts = { checkpoints: [], versions: [], parked: [], instances: [] };

/**
 * Asks every source what it knows of an id: an aggregate's, an event's, or a correlation id. Each has a deadline, and
 * one that does not answer does not stop the rest. Never rejects, and reads a bounded part of each.
 * Rows are read before the streams that they are compared with: so no row looks ahead of the store.
 */
export async function gatherFacts(sources: Sources, id: string): Promise<Facts> {
  const within = <T>(question: () => Promise<T>) => askWithin(sources.deadlineMs, question);
  const apps = askApps(sources.apps);
  const found = await within(() => findStreams(sources, id));
  const streams = found.ok ? found.value.streams : guessStreams(sources, id);
  const [readStore, processManagers] = await Promise.all([
    within(() => askGroups(sources.readStore, streams)),
    within(() => ifMigrated(askProcessManagers(sources.processManagers, streams), NOTHING)),
  ]);
  const groups = groupsOf(sources, processManagers);
  const eventStore = await storeFacts(found, (streamsFound) =>
    within(() => askEventStore(sources, streamsFound, rowVersions(readStore, processManagers))),
  );
  const traced = eventStore.ok ? eventStore.value.streams : [];
  const eventIds = traced.flatMap(({ traces }) => traces.map(({ eventId }) => eventId));
  const [kafka, mails] = await Promise.all([
    within(() => askKafka(sources, traced, groups)),
    within(() => ifMigrated(readMails(sources.eventStore, eventIds), [])),
  ]);
  return {
    at: new Date(),
    question: id,
    groups,
    eventStore,
    kafka,
    readStore,
    processManagers,
    mails,
    apps: await apps,
  };
}

async function storeFacts(
  found: Part<FoundStreams>,
  ask: (found: FoundStreams) => Promise<Part<EventStoreFacts>>,
): Promise<Part<EventStoreFacts>> {
  return found.ok ? ask(found.value) : found;
}

/** The read models, and the process managers that have consumed something. */
function groupsOf(
  { settings, readModels }: Sources,
  processManagers: Part<ProcessManagerFacts>,
): GroupName[] {
  const { checkpoints } = processManagers.ok ? processManagers.value : NOTHING;
  const names = [...new Set(checkpoints.map(({ projection }) => projection))];
  return [
    ...readModels.map(({ name, topic }) => ({
      name,
      fullName: withPrefix(settings, name),
      kind: 'read-model' as const,
      app: 'projector',
      topics: [withPrefix(settings, topic)],
    })),
    ...names.map((name) => ({
      name,
      fullName: withPrefix(settings, name),
      kind: 'process-manager' as const,
      app: 'process-manager',
      topics: checkpoints.filter(({ projection }) => projection === name).map(({ topic }) => topic),
    })),
  ];
}

/** By aggregate, the versions that some group has applied; 0 if one may have applied nothing. */
function rowVersions(...stores: readonly Part<GroupFacts>[]): ReadonlyMap<string, readonly number[]> {
  const found = new Map<string, number[]>();
  for (const store of stores) {
    for (const { aggregateId, version } of store.ok ? store.value.versions : [])
      found.set(aggregateId, [...(found.get(aggregateId) ?? [0]), version]);
  }
  return found;
}
