import {
  fromUserCommand,
  notificationEvents,
  notificationId,
  toCloudEvent,
  userCommands,
  type CloudEventMessage,
  type MailName,
  type NotificationEvent,
  type RecordedEvent,
  type UserCommandMessage,
} from '@eventfleet/contracts';
import { createPublisher, endOffsets, partitionOf } from '@eventfleet/kafka';
import { recordedHistory } from '@eventfleet/testing';
import { kafkaOf, readRecords } from './topic.js';

type Env = Readonly<Record<string, string>>;

/** Every command of a fleet's `user-commands`, partition by partition, in the order of the log. */
export async function readUserCommands(env: Env): Promise<UserCommandMessage[]> {
  return (await readRecords(env, userCommands.topic)).map(fromUserCommand);
}

/** The types of the commands for a user, in their order; a reason behind a colon. Fails at a command that is repeated. */
export function commandsOf(commands: readonly UserCommandMessage[], userId: string): string[] {
  const own = commands.filter((command) => command.userId === userId);
  expect(new Set(own.map(({ commandId }) => commandId)).size).toBe(own.length);
  return own.map(({ type, data }) => ('reason' in data ? `${type}: ${data.reason}` : type));
}

/** Writes events to a topic of a fleet, as their own app would. */
export async function publishEvents(
  env: Env,
  topic: string,
  events: readonly RecordedEvent[],
): Promise<void> {
  const kafka = kafkaOf(env);
  const name = `${env.KAFKA_TOPIC_PREFIX ?? ''}${topic}`;
  const { size } = await endOffsets(kafka, name);
  const publisher = createPublisher(kafka);
  const toMessage = (message: CloudEventMessage) => ({
    partition: partitionOf(message.key, size),
    ...message,
  });
  try {
    await publisher.publish(
      name,
      events.map((event) => toMessage(toCloudEvent(event))),
    );
  } finally {
    await publisher.disconnect();
  }
}

/** What the notifier says of a mail that it cannot deliver, now. */
export function failedMail(userId: string, eventId: string, mail: MailName): RecordedEvent[] {
  const id = notificationId(eventId, mail);
  const [event] = recordedHistory<NotificationEvent>(notificationEvents, id, [
    { type: 'notification.failed', data: { id, userId, eventId, mail, reason: 'refused' } },
  ]);
  return [{ ...event!, occurredAt: new Date().toISOString() }];
}
