import type { RunnableProjection, ProjectionRuntime } from '@eventfleet/projections';
import type { TopicIdentity } from '@eventfleet/kafka';
import { Controller, type DynamicModule, Module } from '@nestjs/common';
import { Ctx, EventPattern, type KafkaContext } from '@nestjs/microservices';
import { batchOfOne } from './batch-of-one.js';
import { topic } from './settings.js';

export interface ProjectorParts {
  readonly projection: RunnableProjection;
  readonly runtime: ProjectionRuntime;
  readonly identity: TopicIdentity;
}

/** One projection as a stock consumer: an event, a transaction, the next event. */
export function projectorModule({ projection, runtime, identity }: ProjectorParts): DynamicModule {
  @Controller()
  class StockConsumer {
    @EventPattern<unknown>(topic)
    async apply(@Ctx() context: KafkaContext): Promise<void> {
      await runtime.apply(projection, batchOfOne(context, identity));
    }
  }

  @Module({ controllers: [StockConsumer] })
  class ProjectorModule {}
  return { module: ProjectorModule };
}
