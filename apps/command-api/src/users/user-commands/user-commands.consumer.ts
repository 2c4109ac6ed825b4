import { AuthError } from '@eventfleet/auth';
import {
  fromUserCommand,
  userCommands,
  type CloudEventMessage,
  type ReceivedUserCommand,
} from '@eventfleet/contracts';
import { EventStoreError, type CommandResult } from '@eventfleet/event-store';
import { type BatchHandler, type KafkaRecord, type MessageBatch } from '@eventfleet/kafka';
import { BatchPattern } from '@eventfleet/kafka/nest';
import { failpoint } from '@eventfleet/resilience';
import { LOGGER, traceFields } from '@eventfleet/observability';
import { Controller, Inject } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { Payload } from '@nestjs/microservices';
import type { Logger } from 'pino';
import { CONFIG } from '../../app-context.module.js';
import type { CommandApiConfig } from '../../command-api.config.js';
import { keyedFingerprints, type MakeFingerprint } from '../../command-execution/fingerprints.js';
import { EventStorePools } from '../../event-store/event-store-pools.js';
import { CommandAuthentication } from '../../kafka/command-authentication.js';
import { COMMANDS_GROUP, CommandConsumers } from '../../kafka/command-consumers.js';
import { ReplyProducer } from '../../kafka/reply-producer.js';
import { IncomingUserCommand } from './incoming-user-command.js';
import { toCommand } from './to-command.js';
import { userCommandsHandled } from './user-commands.metrics.js';

/**
 * Commands of other services, handled as those over HTTP are. They come at least once and in order per user, take
 * effect exactly once by their source and id, and are replied to at least once: always with the same reply.
 */
@Controller()
export class UserCommandsConsumer {
  private readonly handleBatch: BatchHandler;
  private readonly fingerprints: () => Promise<MakeFingerprint>;

  constructor(
    private readonly commands: CommandBus,
    private readonly producer: ReplyProducer,
    private readonly authentication: CommandAuthentication,
    @Inject(LOGGER) private readonly logger: Logger,
    consumers: CommandConsumers,
    @Inject(CONFIG) { personalDataKeys }: CommandApiConfig,
    { personalData }: EventStorePools,
  ) {
    this.fingerprints = keyedFingerprints(personalData, personalDataKeys);
    this.handleBatch = consumers.deadLettered((record) => this.handle(record));
  }

  @BatchPattern({ topic: userCommands.topic, group: COMMANDS_GROUP })
  onCommands(@Payload() batch: MessageBatch) {
    return this.handleBatch(batch);
  }

  /** The offset moves on once the reply is in every in-sync replica. */
  private async handle(record: KafkaRecord): Promise<void> {
    const command = fromUserCommand(record);
    const reply = await this.replyTo(command, record);
    failpoint('between outcome and reply');
    await this.producer.publish(userCommands.replyTopic, reply);
    failpoint('between reply and offset');
  }

  /**
   * @throws AuthError `issuer-unavailable` if nobody can tell for now who has sent it; EventStoreError
   *   `event-store-unavailable`
   */
  private async replyTo(command: ReceivedUserCommand, record: KafkaRecord): Promise<CloudEventMessage> {
    const time = new Date().toISOString();
    const makeFingerprint = await this.fingerprints();
    try {
      const actor = await this.authentication.subjectOf(record);
      return await this.execute(command, new IncomingUserCommand(command, time, makeFingerprint, actor));
    } catch (error) {
      if (!(error instanceof AuthError) || error.code === 'issuer-unavailable') throw error;
      const incoming = new IncomingUserCommand(command, time, makeFingerprint);
      this.record(command, incoming, error.code);
      return incoming.rejection(error);
    }
  }

  private async execute(command: ReceivedUserCommand, incoming: IncomingUserCommand) {
    try {
      const result = await this.commands.execute(toCommand(command, incoming.context));
      this.record(command, incoming, result.kind);
      return incoming.replyTo(result);
    } catch (error) {
      if (!(error instanceof EventStoreError) || error.code !== 'idempotency-key-reused') throw error;
      this.record(command, incoming, error.code);
      return incoming.rejection(error);
    }
  }

  private record(
    { type }: ReceivedUserCommand,
    { correlation: { correlationId, traceparent } }: IncomingUserCommand,
    outcome: CommandResult['kind'] | EventStoreError['code'] | AuthError['code'],
  ): void {
    userCommandsHandled.inc({ type, outcome });
    const ids = { correlationId, ...traceFields(traceparent) };
    this.logger.info({ command: type, outcome, ...ids }, 'command completed');
  }
}
