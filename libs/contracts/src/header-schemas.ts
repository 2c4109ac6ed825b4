import { z } from 'zod';
import { EVENT_SHAPES, type MessageSource } from './cloud-events.js';
import type { MessageDefinition } from './message-catalog.js';
import { SIGNATURE_HEADER } from './signing/canonical-record.js';
import { COMMAND_SHAPES } from './users/commands/user-command-message.js';

/**
 * What the headers of a message hold, for descriptions of the fleet. Consumers check headers by hand, by the same shapes:
 * that runs for every message.
 */

type Described = Pick<MessageDefinition, 'type' | 'schemaVersion'>;

const JSON_TYPE = z.literal('application/json');

const time = z.iso.datetime().meta({ description: 'RFC 3339, UTC.' });
const correlationId = z.string().meta({ description: 'The first request of the chain.' });
const subject = z.string().min(1).meta({ description: 'The id of the aggregate, as the key.' });
const signature = z
  .string()
  .regex(/^[\w-]{1,32}\.[\w-]{43}$/)
  .meta({ description: 'Proves that the fleet wrote the message, if it signs.' });
const traceparent = z.string().meta({ description: 'W3C trace context.' });

/** Of an event in Kafka. */
export function eventHeaders({ type, schemaVersion }: Described, source: MessageSource): z.ZodObject {
  return z.object({
    ce_specversion: z.literal('1.0'),
    ce_id: z.string().regex(EVENT_SHAPES.ce_id).meta({ description: 'The id of the event.' }),
    ce_source: z.literal(source),
    ce_type: z.literal(type),
    ce_subject: subject,
    ce_time: time,
    ce_dataschema: z.literal(schemaOf(type, schemaVersion)),
    ce_partitionkey: subject,
    ce_aggregateversion: z
      .string()
      .regex(EVENT_SHAPES.ce_aggregateversion)
      .meta({ description: 'The version of the aggregate after this event: from 1, without gaps.' }),
    ce_globalposition: z
      .string()
      .regex(EVENT_SHAPES.ce_globalposition)
      .meta({ description: 'Identifies the event in the store; gives no order.' }),
    ce_correlationid: correlationId,
    ce_causationid: z.string().meta({ description: 'The direct cause of this event.' }),
    ce_actor: z.string().regex(EVENT_SHAPES.ce_actor).optional().meta({ description: 'Who asked for it.' }),
    'content-type': JSON_TYPE,
    traceparent,
    [SIGNATURE_HEADER]: signature.optional(),
  });
}

/** Of the same event in RabbitMQ. */
export function amqpEventHeaders(definition: Described, source: MessageSource): z.ZodObject {
  const { shape } = eventHeaders(definition, source);
  const named = Object.entries(shape).flatMap(([name, schema]) => {
    if (name === 'traceparent') return [[name, schema] as const];
    return name.startsWith('ce_') ? [[name.replace('ce_', 'cloudEvents:'), schema] as const] : [];
  });
  return z.object(Object.fromEntries(named));
}

const OF_ITS_OWN = { description: 'Only of commands of the process manager: for its own use.' };
/** It relays its commands as the outbox relay does events. */
const fromProcessManager = {
  ce_aggregateversion: z.string().optional().meta(OF_ITS_OWN),
  ce_globalposition: z.string().optional().meta(OF_ITS_OWN),
  [SIGNATURE_HEADER]: signature.optional(),
};

/** Of a command. */
export function userCommandHeaders({ type, schemaVersion }: Described): z.ZodObject {
  return z.object({
    ce_specversion: z.string().regex(COMMAND_SHAPES.ce_specversion).optional(),
    ce_id: z
      .string()
      .regex(COMMAND_SHAPES.ce_id)
      .meta({ description: 'Unique among the commands of its source; a repeat takes effect once.' }),
    ce_source: z
      .string()
      .regex(COMMAND_SHAPES.ce_source)
      .optional()
      .meta({ description: 'Who sends it: with `ce_id` it identifies the command.' }),
    ce_type: z.literal(type),
    ce_subject: subject.optional(),
    ce_time: time.optional(),
    ce_dataschema: z.literal(schemaOf(type, schemaVersion)).optional(),
    ce_partitionkey: subject.optional(),
    ce_expectedversion: z
      .string()
      .regex(COMMAND_SHAPES.ce_expectedversion)
      .optional()
      .meta({ description: 'Refused with `version-mismatch` unless this is the version of the user.' }),
    ce_correlationid: correlationId.optional(),
    ce_causationid: z.string().optional(),
    ...fromProcessManager,
    authorization: z.string().optional().meta({
      description: '`Bearer` and an access token with the scope `users:write`, if tokens are needed.',
    }),
    'content-type': JSON_TYPE.optional(),
    traceparent: traceparent.optional(),
  });
}

/** Of a reply to a command. */
export function userCommandReplyHeaders({ type, schemaVersion }: Described): z.ZodObject {
  return z.object({
    ce_specversion: z.literal('1.0'),
    ce_id: z.uuid().meta({ description: 'The same for every repeat of the reply.' }),
    ce_source: z.literal('/eventfleet/command-api'),
    ce_type: z.literal(type),
    ce_subject: subject,
    ce_time: time,
    ce_dataschema: z.literal(schemaOf(type, schemaVersion)),
    ce_partitionkey: subject,
    ce_correlationid: correlationId,
    ce_causationid: z.string().meta({ description: 'The `ce_id` of the command.' }),
    ce_commandsource: z
      .string()
      .optional()
      .meta({ description: 'The `ce_source` of the command, if it had one.' }),
    'content-type': JSON_TYPE,
    traceparent,
  });
}

function schemaOf(type: string, schemaVersion: number): string {
  return `urn:eventfleet:schema:${type}:${schemaVersion}`;
}
