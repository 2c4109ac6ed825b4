import {
  AGGREGATES,
  amqpEventHeaders,
  encryptedField,
  eventHeaders,
  mapPersonal,
  userCommandHeaders,
  userCommandReplies,
  userCommandReplyHeaders,
  userCommands,
  type Aggregate,
  type MessageDefinition,
  type MessageSource,
} from '@eventfleet/contracts';
import { historyNotice, historyNoticeHeaders } from '@eventfleet/history';
import { toJsonSchema } from '@eventfleet/http';
import { DEAD_LETTER_HEADERS, FLEET_NOTICES_TOPIC } from '@eventfleet/kafka';
import { ERROR_HEADERS } from '@eventfleet/rabbitmq';
import { z } from 'zod';

/** A message of AsyncAPI, with the channel that it is in. */
export interface DescribedMessage {
  /** Its name among the components. */
  readonly id: string;
  /** A topic or an exchange. */
  readonly channel: string;
  readonly message: object;
}

const CORRELATED = { correlationId: { location: '$message.header#/ce_correlationid' } };

/** Every message on a topic. */
export function kafkaMessages(): DescribedMessage[] {
  return [
    ...AGGREGATES.flatMap(({ events }) =>
      events.definitions.map((event) => ({
        id: event.type,
        channel: events.topic,
        message: {
          ...describe(event, eventHeaders(event, sourceOf(events.topic)), 'output'),
          ...CORRELATED,
          ...keyed,
        },
      })),
    ),
    ...userCommands.definitions.map((command) => ({
      id: command.type,
      channel: userCommands.topic,
      message: { ...describe(command, userCommandHeaders(command), 'input'), ...CORRELATED, ...keyed },
    })),
    ...userCommandReplies.definitions.map((reply) => ({
      id: reply.type,
      channel: userCommands.replyTopic,
      message: { ...describe(reply, userCommandReplyHeaders(reply), 'output'), ...CORRELATED, ...keyed },
    })),
    {
      id: 'fleet.history-changed',
      channel: FLEET_NOTICES_TOPIC,
      message: {
        ...describe({ type: 'fleet.history-changed', schema: historyNotice }, historyNoticeHeaders, 'output'),
        ...keyed,
      },
    },
  ];
}

/** Every message of an exchange: the events that the relay publishes. */
export function amqpMessages({ events }: Aggregate): DescribedMessage[] {
  return events.definitions.map((event) => ({
    id: `amqp.${event.type}`,
    channel: events.topic,
    message: {
      ...describe(event, amqpEventHeaders(event, sourceOf(events.topic)), 'output'),
      correlationId: { location: '$message.header#/cloudEvents:correlationid' },
      bindings: { amqp: { contentEncoding: 'utf-8', messageType: event.type, bindingVersion: '0.3.0' } },
    },
  }));
}

/** What lies in a dead letter topic: a record as it was, with what happened to it. */
export const deadLetter = withError(
  'A record that could not be handled, with its key, bytes and headers, and what happened.',
  Object.values(DEAD_LETTER_HEADERS),
);

/** And in a dead letter queue. */
export const amqpDeadLetter = withError(
  'A message that could not be handled, with its bytes and headers, and what happened.',
  Object.values(ERROR_HEADERS),
);

const keyed = {
  bindings: {
    kafka: {
      key: { type: 'string', description: 'The id of the aggregate: `ce_subject`.' },
      bindingVersion: '0.5.0',
    },
  },
};

function describe(
  message: Pick<MessageDefinition, 'type' | 'schema' | 'personal'>,
  headers: z.ZodObject,
  io: 'input' | 'output',
): object {
  const payload = mapPersonal(message, (field) => z.union([field, encryptedField]));
  return {
    name: message.type,
    title: message.type,
    contentType: 'application/json',
    headers: toJsonSchema(headers, 'output', new Map()),
    payload: toJsonSchema(payload, io, new Map()),
  };
}

function withError(summary: string, headers: readonly string[]): object {
  const schema = z.looseObject(Object.fromEntries(headers.map((name) => [name, z.string()])));
  return {
    name: 'dead-letter',
    title: 'dead letter',
    summary,
    headers: toJsonSchema(schema, 'output', new Map()),
  };
}

/** The app that publishes the events of a topic. */
function sourceOf(topic: string): MessageSource {
  return topic === 'notification-events' ? '/eventfleet/notifier' : '/eventfleet/command-api';
}
