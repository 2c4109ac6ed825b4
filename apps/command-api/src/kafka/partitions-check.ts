import { refuseStart } from '@eventfleet/app';
import { requireUserEventsPartitions } from '@eventfleet/kafka';
import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { CONFIG } from '../app-context.module.js';
import { APP_NAME, type CommandApiConfig } from '../command-api.config.js';

/** Ends the process if a topic has another number of partitions than the settings say. Does not wait for Kafka. */
@Injectable()
export class PartitionsCheck implements OnModuleInit {
  constructor(@Inject(CONFIG) private readonly config: CommandApiConfig) {}

  onModuleInit(): void {
    requireUserEventsPartitions(this.config.kafka, APP_NAME).catch((error: unknown) =>
      refuseStart('command-api', error),
    );
  }
}
