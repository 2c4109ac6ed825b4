import { refuseStart } from '@eventfleet/app';
import { requirePartitions } from '@eventfleet/kafka';
import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { COMMAND_AGGREGATES, CONFIG } from '../app-context.module.js';
import type { CommandAggregate } from '../command-aggregate.js';
import { APP_NAME, type CommandApiConfig } from '../command-api.config.js';

/** Ends the process if a topic has another number of partitions than the settings say. Does not wait for Kafka. */
@Injectable()
export class PartitionsCheck implements OnModuleInit {
  constructor(
    @Inject(CONFIG) private readonly config: CommandApiConfig,
    @Inject(COMMAND_AGGREGATES) private readonly aggregates: readonly CommandAggregate[],
  ) {}

  onModuleInit(): void {
    const { kafka } = this.config;
    const expected = this.aggregates.map(({ aggregate }) => ({
      topic: aggregate.events.topic,
      partitions: kafka.partitions,
      variable: 'USER_EVENTS_PARTITIONS',
    }));
    requirePartitions(kafka, APP_NAME, expected).catch((error: unknown) => refuseStart('command-api', error));
  }
}
