import { randomUUID } from 'node:crypto';
import {
  fromUserCommandReply,
  toUserCommand,
  type IncomingMessage,
  type UserCommandContent,
  type UserCommandMessage,
  type UserCommandReply,
} from '@eventfleet/contracts';
import { createPublisher, describeTopic, logEnds, partitionOf, readLogTail } from '@eventfleet/kafka';
import { eventually } from '@eventfleet/testing';
import { kafkaOf } from './topic.js';

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
  const kafka = kafkaOf(env);
  const topic = `${env.KAFKA_TOPIC_PREFIX}user-command-replies`;
  const starts = new Map(
    [...(await logEnds(kafka, topic))].map(([partition, { start }]) => [partition, start]),
  );
  return [...(await readLogTail(kafka, topic, starts)).values()].flat().map((record) => {
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
