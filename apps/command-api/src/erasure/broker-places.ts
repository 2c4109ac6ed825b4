import { DEAD_LETTER_GROUPS, type Aggregate } from '@eventfleet/contracts';
import type { RunningErasure } from '@eventfleet/event-store';
import {
  deadLetterTopic,
  eraseHandledRecords,
  eraseRecords,
  withPrefix,
  type Kafka,
} from '@eventfleet/kafka';
import type { KafkaSettings } from '@eventfleet/config';
import { readModels } from '@eventfleet/read-models';
import type pg from 'pg';
import { COMMANDS_GROUP } from '../kafka/command-consumers.js';
import { DELETED, NOT_USED, NOTHING_PERSONAL, UNREADABLE, type ErasurePlace } from './erasure-place.js';
import { PROCESS_MANAGERS, readModelPlace } from './read-side-places.js';

export interface BrokerPlacesOptions {
  /** Of the event store. */
  readonly pool: pg.Pool;
  readonly kafka: Kafka;
  readonly settings: KafkaSettings;
  readonly hasRabbitmq: boolean;
  readonly aggregates: readonly Aggregate[];
}

/** Topics and queues. Events are encrypted there; commands are as other services wrote them. */
export function brokerPlaces(options: BrokerPlacesOptions): ErasurePlace[] {
  const { kafka, settings, aggregates, hasRabbitmq } = options;
  const topics = aggregates.map(({ events }) => events.topic);
  return [
    ...topics.map((topic) => ({ name: topic, erase: whenPublished(options, 'kafka') })),
    {
      name: 'rabbitmq',
      erase: hasRabbitmq ? whenPublished(options, 'rabbitmq') : async () => ({ outcome: NOT_USED, count: 0 }),
    },
    ...aggregates.flatMap(({ commands }) => (commands ? commandPlaces(kafka, settings, commands) : [])),
    ...DEAD_LETTER_GROUPS.map((group) => ({
      name: deadLetterTopic(group),
      after: sourcesOf(group, aggregates),
      async erase({ aggregateId }: RunningErasure) {
        const topic = deadLetterTopic(withPrefix(settings, group));
        const count = await eraseRecords(kafka, topic, aggregateId);
        // One that was retried meanwhile is a command again.
        const retried = group === COMMANDS_GROUP ? commandTopics(aggregates) : [];
        for (const name of retried)
          if ((await eraseCommands(kafka, settings, name, aggregateId)) !== 0) return undefined;
        return { outcome: DELETED, count };
      },
    })),
  ];
}

function commandPlaces(
  kafka: Kafka,
  settings: KafkaSettings,
  { topic, replyTopic }: { readonly topic: string; readonly replyTopic: string },
): ErasurePlace[] {
  return [
    {
      name: topic,
      // Their outbox is published there.
      after: [PROCESS_MANAGERS],
      async erase({ aggregateId }) {
        const count = await eraseCommands(kafka, settings, topic, aggregateId);
        return count === undefined ? undefined : { outcome: DELETED, count };
      },
    },
    { name: replyTopic, erase: async () => ({ outcome: NOTHING_PERSONAL, count: 0 }) },
  ];
}

function eraseCommands(
  kafka: Kafka,
  settings: KafkaSettings,
  topic: string,
  aggregateId: string,
): Promise<number | undefined> {
  const group = withPrefix(settings, COMMANDS_GROUP);
  return eraseHandledRecords(kafka, { topic: withPrefix(settings, topic), group, aggregateId });
}

function commandTopics(aggregates: readonly Aggregate[]): string[] {
  return aggregates.flatMap(({ commands }) => commands?.topic ?? []);
}

/** What a group has to have handled before it can have no further dead letters of an aggregate. */
function sourcesOf(group: string, aggregates: readonly Aggregate[]): string[] {
  if (group === COMMANDS_GROUP) return commandTopics(aggregates);
  const readModel = readModels.find(({ name }) => name === group);
  return [readModel ? readModelPlace(readModel) : PROCESS_MANAGERS];
}

/** Subscribers know of the erasure only once its event is there. */
function whenPublished({ pool }: BrokerPlacesOptions, relay: string): ErasurePlace['erase'] {
  return async ({ aggregateType, aggregateId }) => {
    const { rows } = await pool.query<{ is_published: boolean; count: string }>(
      `select count(*) filter (where data::text like '%"$enc":%') as count,
         bool_and(exists (
           select from relay_checkpoints where relay = $3
             and (relay_checkpoints.transaction_id, relay_checkpoints.global_position)
               >= (events.transaction_id, events.global_position))) as is_published
       from events where aggregate_type = $1 and aggregate_id = $2`,
      [aggregateType, aggregateId, relay],
    );
    const { is_published: isPublished, count = 0 } = rows[0] ?? {};
    return isPublished ? { outcome: UNREADABLE, count: Number(count) } : undefined;
  };
}
