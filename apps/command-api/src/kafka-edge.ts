import type { KafkaSettings } from '@eventfleet/config';
import type { CloudEventMessage } from '@eventfleet/contracts';
import {
  createKafka,
  createPublisher,
  deadLettered,
  describeTopic,
  KafkaBatchStrategy,
  partitionOf,
  withPrefix,
  type BatchHandler,
  type Kafka,
  type Publisher,
  type RecordHandler,
} from '@eventfleet/kafka';
import type { BeforeApplicationShutdown, OnApplicationShutdown } from '@nestjs/common';
import type { Logger } from 'pino';

const APP = 'eventfleet-command-api';
export const COMMANDS_GROUP = 'command-api';
/** Less than the stop leaves for it: a broker that does not answer holds up no stop. */
const CLOSE_MS = 4_000;
const PUBLISH_MS = 3_000;
/** A stop waits for the records of a chunk that are not handled yet. */
const CHUNK_SIZE = 50;
const RESTART_MS = 10_000;

/**
 * Kafka as an edge of this process: what the consumers of commands need. Whatever becomes of Kafka or of a consumer,
 * HTTP goes on. It stops with the edges, before the write side: what is under way is finished and committed.
 */
export class KafkaEdge implements BeforeApplicationShutdown, OnApplicationShutdown {
  readonly strategy: KafkaBatchStrategy;
  private readonly kafka: Kafka;
  private readonly publisher: Publisher;
  private readonly partitions = new Map<string, number>();
  private restart: NodeJS.Timeout | undefined;

  constructor(
    private readonly settings: KafkaSettings,
    readonly logger: Logger,
  ) {
    this.kafka = createKafka(settings, APP, logger);
    this.publisher = createPublisher(this.kafka, { timeoutMs: PUBLISH_MS });
    this.strategy = new KafkaBatchStrategy({
      kafka: this.kafka,
      settings,
      logger,
      tuning: { chunkSize: CHUNK_SIZE, closeTimeoutMs: CLOSE_MS },
      onFatal: (error) => this.restartLater(error),
    });
  }

  deadLettered(handle: RecordHandler): BatchHandler {
    const { kafka, settings, logger } = this;
    return deadLettered(handle, { kafka, settings, group: COMMANDS_GROUP, logger });
  }

  /**
   * Writes a message to the partition of its key, and answers once every in-sync replica has it.
   * @throws KafkaError when the outcome is unknown
   */
  async publish(topic: string, message: CloudEventMessage): Promise<void> {
    const name = withPrefix(this.settings, topic);
    const partition = partitionOf(message.key, await this.partitionsOf(name));
    await this.publisher.publish(name, [{ partition, ...message }]);
  }

  /** Together with HTTP, which would otherwise take its time first. Nest waits for the end of it. */
  beforeApplicationShutdown(): void {
    clearTimeout(this.restart);
    void this.strategy.close();
  }

  async onApplicationShutdown(): Promise<void> {
    await this.publisher.disconnect();
  }

  private async partitionsOf(topic: string): Promise<number> {
    const count = this.partitions.get(topic) ?? (await describeTopic(this.kafka, topic)).partitions;
    this.partitions.set(topic, count);
    return count;
  }

  private restartLater(error: Error): void {
    this.logger.error({ err: error, pauseMs: RESTART_MS }, 'a consumer cannot go on, it begins anew');
    clearTimeout(this.restart);
    this.restart = setTimeout(() => void this.strategy.restart(), RESTART_MS);
  }
}
