import { randomUUID } from 'node:crypto';
import {
  fromUserCommandReply,
  toUserCommand,
  userCommands,
  type IncomingMessage,
  type UserCommandContent,
  type UserCommandMessage,
  type UserCommandReply,
} from '@eventfleet/contracts';
import { createPublisher, describeTopic, partitionOf } from '@eventfleet/kafka';
import { eventually } from '@eventfleet/testing';
import type pg from 'pg';
import { kafkaOf, readRecords } from './topic.js';
import { emailOf } from './users.js';

type Env = Readonly<Record<string, string>>;
type Headers = Readonly<Record<string, string>>;

/** A message as another service would send it, right or wrong. */
export interface RawCommand {
  readonly key: string | null;
  readonly value: string | null;
  readonly headers: Headers;
}

/** One reply, and its bytes as text: two that are equal are the same message. */
export interface ReceivedReply {
  readonly reply: UserCommandReply;
  readonly headers: Headers;
  readonly text: string;
}

export function command(
  userId: string,
  content: UserCommandContent,
  more: Partial<UserCommandMessage> = {},
): RawCommand {
  const message = { commandId: randomUUID(), userId, ...content, ...more } as UserCommandMessage;
  return toUserCommand(message, { source: '/test', time: new Date().toISOString() });
}

export const createCommand = (id: string) =>
  command(id, { type: 'create-user', data: { name: 'Ada', email: emailOf(id) } });

export const renameCommand = (id: string, name: string) =>
  command(id, { type: 'update-user', data: { name } });

export interface StoredEvent {
  readonly event_type: string;
  readonly data: Readonly<Record<string, unknown>>;
  readonly causation_id: string;
}

export async function eventsOf(store: pg.Pool, id: string): Promise<StoredEvent[]> {
  const { rows } = await store.query<StoredEvent>(
    `select event_type, data, correlation_id, causation_id, traceparent from events
     where aggregate_id = $1 order by version`,
    [id],
  );
  return rows;
}

/** In order, each in the partition of its key. */
export async function sendCommands(env: Env, ...commands: readonly RawCommand[]): Promise<void> {
  const kafka = kafkaOf(env);
  const topic = `${env.KAFKA_TOPIC_PREFIX}user-commands`;
  const { partitions } = await describeTopic(kafka, topic);
  const publisher = createPublisher(kafka);
  const messages = commands.map((message) => ({
    partition: partitionOf(message.key ?? '', partitions),
    ...message,
  }));
  await publisher.publish(topic, messages);
  await publisher.disconnect();
}

/** Every reply, in the order of each partition. */
export async function readReplies(env: Env): Promise<ReceivedReply[]> {
  return (await readRecords(env, userCommands.replyTopic)).map((record) => {
    const headers = textsOf(record.headers);
    const text = JSON.stringify([String(record.key), String(record.value), headers]);
    return { reply: fromUserCommandReply(record), headers, text };
  });
}

/** The replies to these commands, once there are so many of them. */
export async function repliesTo(
  env: Env,
  commands: readonly RawCommand[],
  count = commands.length,
  deadlineMs = 40_000,
): Promise<ReceivedReply[]> {
  const ids = new Set(commands.map(({ headers }) => headers.ce_id));
  return eventually(
    async () => {
      const found = (await readReplies(env)).filter(({ reply }) => ids.has(reply.data.commandId));
      return found.length >= count && found;
    },
    { deadlineMs, describe: `${count} replies` },
  );
}

function textsOf(headers: IncomingMessage['headers'] = {}): Headers {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]));
}
