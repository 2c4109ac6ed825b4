import { type BatchResult, type MessageBatch } from '@eventfleet/kafka';
import { BatchPattern } from '@eventfleet/kafka/nest';
import { ProjectionRuntime, type RunnableProjection } from '@eventfleet/projections';
import { Controller, type Type } from '@nestjs/common';
import { Payload } from '@nestjs/microservices';

/** The consumer of one projection, in a group of its own: it hands its topic's batches to the runtime. */
export function projectionConsumer(projection: RunnableProjection): Type {
  @Controller()
  class ProjectionConsumer {
    constructor(private readonly runtime: ProjectionRuntime) {}

    @BatchPattern({ topic: projection.topic, group: projection.name })
    apply(@Payload() batch: MessageBatch): Promise<BatchResult> {
      return this.runtime.apply(projection, batch);
    }
  }
  return ProjectionConsumer;
}
