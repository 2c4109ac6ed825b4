import { comparePositions, type EventTrace } from '@eventfleet/event-store';
import type { RelayCheckpoint } from '@eventfleet/outbox-relay';
import type { EventStoreFacts, Facts, StreamFacts } from './facts.js';
import type { Cause } from './story.js';
import { count, duration } from './words.js';

/** The relay to Kafka. */
export const KAFKA_RELAY = 'kafka';

/** Whether a relay has published an event, or what it waits for. */
export type Publication =
  { readonly isPublished: true } | { readonly isPublished: false; readonly cause: Cause };

type EventPlace = Pick<StreamFacts, 'topic' | 'partition'>;

/** The checkpoint tells. It moves after the acknowledgement, so the newest events may be published though it denies it. */
export function judgeRelay(
  facts: Facts,
  store: EventStoreFacts,
  relay: string,
  event: EventTrace,
  place: EventPlace,
): Publication {
  const checkpoint = store.checkpoints.find((each) => each.relay === relay);
  if (checkpoint && isPublished(checkpoint, event, place)) return { isPublished: true };
  return { isPublished: false, cause: causeOf(facts, store, relay, event, checkpoint) };
}

function isPublished({ position, kafka }: RelayCheckpoint, event: EventTrace, place: EventPlace): boolean {
  const ahead = kafka?.topics[place.topic]?.floors?.[String(place.partition)];
  return [position, ...(ahead ? [ahead] : [])].some((upTo) => comparePositions(event.position, upTo) <= 0);
}

function causeOf(
  facts: Facts,
  store: EventStoreFacts,
  relay: string,
  event: EventTrace,
  checkpoint: RelayCheckpoint | undefined,
): Cause {
  if (!event.isInTail) return heldBack(store);
  if (!checkpoint) {
    return {
      code: 'relay-never-ran',
      text: `the relay ${relay} has never run: no process publishes`,
      runbook: 'when-the-relay-is-behind',
    };
  }
  const waiting = waitingOf(store, relay);
  const refusal = relay === KAFKA_RELAY ? refusalOf(facts, checkpoint) : undefined;
  if (refusal !== undefined) {
    const text = `the relay ${relay} refuses to publish: ${refusal}; ${waiting}`;
    return { code: 'relay-refused', text, runbook: 'when-the-relay-refuses' };
  }
  if (!checkpoint.isHeld) {
    const { holder, leaseUntil } = checkpoint;
    const since =
      leaseUntil === undefined
        ? 'gave its lease up'
        : `lost its lease ${duration(facts.at.getTime() - Date.parse(leaseUntil))} ago`;
    const last = holder === '' ? '' : ` (${holder} ${since})`;
    const text = `the relay ${relay} is stopped: no process publishes${last}; ${waiting}`;
    return { code: 'relay-stopped', text, runbook: 'when-the-relay-is-behind' };
  }
  if (relay === KAFKA_RELAY && !facts.kafka.ok) {
    const text = `Kafka does not answer (${facts.kafka.reason}); ${waiting}`;
    return { code: 'kafka-unreachable', text, runbook: 'under-load-and-in-outages' };
  }
  const text = `the relay ${relay} is behind: ${checkpoint.holder} publishes, ${waiting}`;
  return { code: 'relay-behind', text, runbook: 'when-the-relay-is-behind' };
}

function heldBack({ blocker }: EventStoreFacts): Cause {
  const which = blocker
    ? `, of process ${blocker.pid} (${blocker.applicationName || 'unnamed'}) ` +
      `and open for ${duration(blocker.ageSeconds * 1_000)},`
    : " on the event store's server";
  return {
    code: 'tail-held',
    text: `an older transaction${which} holds back everything that was stored after it began`,
    runbook: 'when-the-relay-is-behind',
  };
}

function waitingOf({ relays }: EventStoreFacts, name: string): string {
  const status = relays.find(({ relay }) => relay === name);
  if (!status) return 'events wait';
  const { backlogEvents, backlogAgeSeconds } = status;
  return `${count(backlogEvents, 'event')} waiting, the oldest for ${duration(backlogAgeSeconds * 1_000)}`;
}

/** As the relay itself finds it out, or says it. */
function refusalOf({ kafka, apps }: Facts, { kafka: saved }: RelayCheckpoint): string | undefined {
  for (const { app, answer } of apps) {
    const down = answer.ok && app === 'command-api' && answer.value.down.find(({ part }) => part === 'relay');
    if (down) return down.reason;
  }
  if (!kafka.ok || !saved) return undefined;
  if (saved.clusterId !== kafka.value.clusterId) return 'this Kafka cluster is another one than it was';
  const replaced = kafka.value.topics.find(
    ({ name, topicId }) => saved.topics[name] !== undefined && saved.topics[name].topicId !== topicId,
  );
  return replaced && `the topic ${replaced.name} is another one than it was`;
}
