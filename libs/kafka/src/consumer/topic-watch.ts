import { pollUntilStopped, type TurnResult } from '@eventfleet/resilience';
import type { Logger } from 'pino';
import type { Kafka } from '../kafka.js';
import type { TopicState } from '../kafkajs/admin/look-at-topics.js';
import { TopicObserver } from '../kafkajs/admin/topic-observer.js';
import { isSameTopic, type TopicIdentity } from '../topic-identity.js';

const RETRY_MS = 1_000;

export interface TopicWatchOptions {
  readonly kafka: Kafka;
  readonly topics: readonly string[];
  readonly intervalMs: number;
  readonly logger: Logger;
  /** Called after each look that saw every topic. */
  readonly onLook: () => void;
  /** Called when a topic has become another one; `identity` returns the new identity already. */
  readonly onChange: (topic: string) => void;
}

/**
 * Looks again and again at the topics that this process consumes: who they are, and where they end. kafkajs itself
 * does not notice that a topic has become another one of the same name, nor where a log ends that it does not read.
 */
export class TopicWatch {
  readonly #topics = new Map<string, TopicState>();
  readonly #observer: TopicObserver;
  #loop: ReturnType<typeof pollUntilStopped> | undefined;
  #closed = false;

  constructor(private readonly options: TopicWatchOptions) {
    this.#observer = new TopicObserver(options.kafka);
  }

  /** Begins to look, and goes on until `close`; topics or brokers that are missing are looked for every second. */
  start(): void {
    this.#loop ??= pollUntilStopped(() => this.#look(), {
      onError: (error) => {
        this.options.logger.warn(
          { err: error },
          'topics cannot be read from Kafka; trying again: check the broker if this goes on',
        );
        return this.#nextPause();
      },
    });
  }

  /** Undefined until the topic has been seen. */
  identity(topic: string): TopicIdentity | undefined {
    return this.#topics.get(topic)?.identity;
  }

  /** The offset that the partition's next record will get, as of the last look. */
  end(topic: string, partition: number): bigint | undefined {
    return this.#topics.get(topic)?.ends.get(partition)?.end;
  }

  close(): void {
    this.#closed = true;
    void this.#loop?.stop().then(() => this.#observer.close());
  }

  async #look(): Promise<TurnResult> {
    const { topics, onLook } = this.options;
    for (const topic of topics) this.#note(topic, await this.#observer.look(topic));
    if (!this.#closed) onLook();
    return this.#nextPause();
  }

  #nextPause(): TurnResult {
    const { topics, intervalMs } = this.options;
    return { pauseMs: topics.every((topic) => this.#topics.has(topic)) ? intervalMs : RETRY_MS };
  }

  #note(topic: string, found: TopicState): void {
    const known = this.#topics.get(topic);
    this.#topics.set(topic, found);
    if (this.#closed || !known || isSameTopic(known.identity, found.identity)) return;
    this.options.logger.error(
      { topic, known: known.identity, found: found.identity },
      'the topic was deleted and made anew: its consumers start over from their checkpoints',
    );
    this.options.onChange(topic);
  }
}
