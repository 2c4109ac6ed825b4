import { fromUserCommand, userCommands, type UserCommandMessage } from '@eventfleet/contracts';
import { EventStoreError, type CommandResult } from '@eventfleet/event-store';
import { BatchPattern, type BatchHandler, type KafkaRecord, type MessageBatch } from '@eventfleet/kafka';
import { failpoint } from '@eventfleet/resilience';
import { Controller } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { Payload } from '@nestjs/microservices';
import { COMMANDS_GROUP, KafkaEdge } from '../../kafka-edge.js';
import { toUseCase } from './to-use-case.js';
import { UserCommandExchange } from './user-command-exchange.js';
import { userCommandsHandled } from './user-commands.metrics.js';

/**
 * Commands of other services, handled as those over HTTP are. They come at least once and in order per user, take
 * effect exactly once by their id, and are replied to at least once: always with the same reply.
 */
@Controller()
export class UserCommandsConsumer {
  private readonly handle: BatchHandler;

  constructor(
    private readonly commands: CommandBus,
    private readonly kafka: KafkaEdge,
  ) {
    this.handle = kafka.deadLettered((record) => this.answer(record));
  }

  @BatchPattern({ topic: userCommands.topic, group: COMMANDS_GROUP })
  onCommands(@Payload() batch: MessageBatch) {
    return this.handle(batch);
  }

  /** The offset moves on once the reply is in every in-sync replica. */
  private async answer(record: KafkaRecord): Promise<void> {
    const command = fromUserCommand(record);
    const exchange = new UserCommandExchange(command, new Date().toISOString());
    const reply = await this.decide(command, exchange);
    failpoint('between outcome and reply');
    await this.kafka.publish(userCommands.replyTopic, reply);
    failpoint('between reply and offset');
  }

  private async decide(command: UserCommandMessage, exchange: UserCommandExchange) {
    try {
      const outcome = await this.commands.execute(toUseCase(command, exchange.context));
      this.record(command, exchange, outcome.kind);
      return exchange.reply(outcome);
    } catch (error) {
      if (!(error instanceof EventStoreError) || error.code !== 'idempotency-key-reused') throw error;
      this.record(command, exchange, error.code);
      return exchange.rejection(error);
    }
  }

  private record(
    { type }: UserCommandMessage,
    { correlation: { correlationId } }: UserCommandExchange,
    outcome: CommandResult['kind'] | 'idempotency-key-reused',
  ): void {
    userCommandsHandled.inc({ type, outcome });
    this.kafka.logger.info({ command: type, outcome, correlationId }, 'command completed');
  }
}
