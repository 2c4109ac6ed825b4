import type { EventTrace } from '@eventfleet/event-store';
import { traceFields } from '@eventfleet/observability';
import { USER_COMMANDS_RELAY } from '@eventfleet/outbox-relay';
import type { Facts, StreamFacts } from './facts.js';
import { recordOf } from './judge-group.js';
import { judgeRelay, KAFKA_RELAY } from './judge-relay.js';
import type { EventStory, GroupStory, Hop } from './story.js';

/** An event's whole way: who asked for it, the store, each relay, its place in Kafka, each group, mails. */
export function tellEvent(
  facts: Facts,
  stream: StreamFacts,
  groups: readonly GroupStory[],
  trace: EventTrace,
): EventStory {
  const { eventId, type, version, occurredAt, correlationId, causationId, traceparent } = trace;
  return {
    eventId,
    type,
    version,
    occurredAt,
    correlationId,
    causationId,
    traceId: traceFields(traceparent).trace_id ?? null,
    isAsked: stream.asked.includes(eventId),
    hops: [
      requestOf(trace),
      commandOf(facts, trace),
      storeOf(trace),
      ...relaysOf(facts, stream, trace),
      topicOf(facts, stream, trace),
      ...groups.map((group) => groupOf(group, version)),
      ...mailsOf(facts, trace),
    ],
  };
}

function requestOf({ correlationId }: EventTrace): Hop {
  return { place: 'request', state: 'done', text: `correlation id ${correlationId}` };
}

function commandOf({ processManagers }: Facts, { causationId }: EventTrace): Hop {
  const instances = processManagers.ok ? processManagers.value.instances : [];
  for (const { processManager, commands } of instances) {
    const sent = commands.find(({ commandId }) => commandId === causationId);
    if (!sent) continue;
    const text = `${causationId}, ${sent.type} of ${processManager}, sent at ${sent.sentAt}`;
    return { place: 'command', state: 'done', text };
  }
  return { place: 'command', state: 'done', text: causationId };
}

function storeOf({ occurredAt, position, isInTail }: EventTrace): Hop {
  const place = `transaction ${position.transactionId}, position ${position.globalPosition}`;
  return {
    place: 'store',
    state: 'done',
    text: `at ${occurredAt}, ${place}${isInTail ? '' : ', held back'}`,
  };
}

/** The relays of events: those that have a checkpoint, and always the one to Kafka. */
function relaysOf(facts: Facts, stream: StreamFacts, trace: EventTrace): Hop[] {
  if (!facts.eventStore.ok) return [];
  const store = facts.eventStore.value;
  const names = new Set([KAFKA_RELAY, ...store.checkpoints.map(({ relay }) => relay)]);
  return [...names]
    .filter((name) => name !== USER_COMMANDS_RELAY)
    .map((name) => {
      const publication = judgeRelay(facts, store, name, trace, stream);
      const holder = store.checkpoints.find(({ relay, isHeld }) => relay === name && isHeld)?.holder;
      const by = holder === undefined ? '' : `; ${holder} publishes now`;
      return publication.isPublished
        ? { place: `relay ${name}`, state: 'done', text: `published${by}` }
        : { place: `relay ${name}`, state: 'waits', text: publication.cause.text };
    });
}

function topicOf(facts: Facts, { topic, partition }: StreamFacts, trace: EventTrace): Hop {
  const place = `${topic}, partition ${partition}`;
  if (!facts.kafka.ok) return { place: 'topic', state: 'unknown', text: `${place}: Kafka does not answer` };
  const record = recordOf(facts, trace);
  if (!record) return { place: 'topic', state: 'unknown', text: `${place}, not found in a bounded search` };
  const text = `${place}, offset ${record.offset}, at ${record.at.toISOString()}`;
  return { place: 'topic', state: 'done', text };
}

function groupOf({ group, version, cause }: GroupStory, of: number): Hop {
  if (version === null) return { place: group, state: 'unknown', text: cause?.text ?? 'unknown' };
  if (version >= of) return { place: group, state: 'done', text: 'applied' };
  return { place: group, state: 'waits', text: `is at ${version}: ${cause?.text ?? 'not applied yet'}` };
}

function mailsOf({ mails }: Facts, { eventId }: EventTrace): Hop[] {
  if (!mails.ok) return [];
  return mails.value
    .filter((mail) => mail.eventId === eventId)
    .map(({ mail, status, attempts, reason, settledAt }) => {
      const why = reason === null ? '' : ` (${reason})`;
      const when = settledAt === null ? `, ${attempts} attempts` : ` at ${settledAt}`;
      const isSettled = status === 'sent' || status === 'failed';
      return {
        place: `mail ${mail}`,
        state: isSettled ? 'done' : 'waits',
        text: `${status}${why}${when}`,
      };
    });
}
