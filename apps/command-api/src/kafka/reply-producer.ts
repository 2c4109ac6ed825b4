import type { KafkaSettings } from '@eventfleet/config';
import type { CloudEventMessage } from '@eventfleet/contracts';
import {
  createPublisher,
  describeTopic,
  partitionOf,
  withPrefix,
  type Kafka,
  type Publisher,
} from '@eventfleet/kafka';
import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { CONFIG } from '../app-context.module.js';
import type { CommandApiConfig } from '../command-api.config.js';
import { ShutdownDeadline } from '../shutdown-deadline.js';
import { KAFKA_CLIENT } from './kafka-client.provider.js';

const PUBLISH_MS = 3_000;

/** Writes messages to Kafka that are in no outbox: replies to commands, each before the command's offset moves on. */
@Injectable()
export class ReplyProducer implements OnApplicationShutdown {
  private readonly settings: KafkaSettings;
  private readonly publisher: Publisher;
  private readonly partitions = new Map<string, number>();

  constructor(
    @Inject(CONFIG) { kafka: settings }: CommandApiConfig,
    @Inject(KAFKA_CLIENT) private readonly kafka: Kafka,
    private readonly deadline: ShutdownDeadline,
  ) {
    this.settings = settings;
    this.publisher = createPublisher(kafka, { timeoutMs: PUBLISH_MS });
  }

  /**
   * Writes a message to the partition of its key. Resolves once every in-sync replica has it.
   * @throws KafkaError when the outcome is unknown
   */
  async publish(topic: string, message: CloudEventMessage): Promise<void> {
    const name = withPrefix(this.settings, topic);
    const partition = partitionOf(message.key, await this.partitionsOf(name));
    await this.publisher.publish(name, [{ partition, ...message }]);
  }

  onApplicationShutdown(): Promise<void> {
    return this.deadline.within(() => this.publisher.disconnect());
  }

  private async partitionsOf(topic: string): Promise<number> {
    const count = this.partitions.get(topic) ?? (await describeTopic(this.kafka, topic)).partitions;
    this.partitions.set(topic, count);
    return count;
  }
}
