import { type BatchResult, type MessageBatch } from '@eventfleet/kafka';
import { BatchPattern } from '@eventfleet/kafka/nest';
import { ProjectionRuntime, type RunnableProjection } from '@eventfleet/projections';
import { Controller, type Type } from '@nestjs/common';
import { Payload } from '@nestjs/microservices';
import { CommandRelay } from './command-relay.js';

/** The consumer of one source of a process manager, in its group. It wakes the relay: a batch may have sent commands. */
export function processManagerConsumer(source: RunnableProjection): Type {
  @Controller()
  class ProcessManagerConsumer {
    constructor(
      private readonly runtime: ProjectionRuntime,
      private readonly commands: CommandRelay,
    ) {}

    @BatchPattern({ topic: source.topic, group: source.name })
    async apply(@Payload() batch: MessageBatch): Promise<BatchResult> {
      const result = await this.runtime.apply(source, batch);
      if (batch.messages.length > 0) this.commands.wake();
      return result;
    }
  }
  return ProcessManagerConsumer;
}
