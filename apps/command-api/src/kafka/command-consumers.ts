import type { KafkaSettings } from '@eventfleet/config';
import { deadLettered, type BatchHandler, type Kafka, type RecordHandler } from '@eventfleet/kafka';
import { KafkaBatchStrategy } from '@eventfleet/kafka/nest';
import { LOGGER } from '@eventfleet/observability';
import { Inject, Injectable, type BeforeApplicationShutdown } from '@nestjs/common';
import type { Logger } from 'pino';
import { CONFIG } from '../app-context.module.js';
import type { CommandApiConfig } from '../command-api.config.js';
import { KAFKA_CLIENT } from './kafka-client.provider.js';

/** The consumer group of commands, of all aggregates. */
export const COMMANDS_GROUP = 'command-api';
/** Less than the stop leaves for it: a broker that does not answer delays no stop. */
const CLOSE_MS = 4_000;
/** A stop waits for the records of a chunk that are not handled yet. */
const CHUNK_SIZE = 50;
const RESTART_MS = 10_000;

/**
 * The consumers of commands. If Kafka or a consumer fails, HTTP goes on. They close together with HTTP, before anything
 * that they use: what is under way is finished and committed.
 */
@Injectable()
export class CommandConsumers implements BeforeApplicationShutdown {
  readonly strategy: KafkaBatchStrategy;
  private readonly settings: KafkaSettings;
  private restart: NodeJS.Timeout | undefined;

  constructor(
    @Inject(CONFIG) { kafka: settings }: CommandApiConfig,
    @Inject(KAFKA_CLIENT) private readonly kafka: Kafka,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {
    this.settings = settings;
    this.strategy = new KafkaBatchStrategy({
      kafka,
      settings,
      logger,
      tuning: { chunkSize: CHUNK_SIZE, closeTimeoutMs: CLOSE_MS },
      onFatal: (error) => this.restartLater(error),
    });
  }

  /** Handles record by record; one that cannot be handled goes to the dead letter topic of the group. */
  deadLettered(handle: RecordHandler): BatchHandler {
    const { kafka, settings, logger } = this;
    return deadLettered(handle, { kafka, settings, group: COMMANDS_GROUP, logger });
  }

  /** Begins to close while HTTP does. Nest waits for the end of it when it closes the microservice. */
  beforeApplicationShutdown(): void {
    clearTimeout(this.restart);
    void this.strategy.close();
  }

  private restartLater(error: Error): void {
    this.logger.error(
      { err: error, pauseMs: RESTART_MS },
      'the consumer of commands failed and starts again after a pause: check the broker if this goes on',
    );
    clearTimeout(this.restart);
    this.restart = setTimeout(() => void this.strategy.restart(), RESTART_MS);
  }
}
