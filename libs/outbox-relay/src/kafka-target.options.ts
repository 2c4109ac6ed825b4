import type { EventCatalog, MessageSource, SigningKey } from '@eventfleet/contracts';
import type { Kafka } from '@eventfleet/kafka';
import type { PublishedOffsets } from './published-offsets.js';
import type { LocateEvents } from './published-positions.js';
import type { ReadReference } from './record-reference.js';

export interface KafkaTargetOptions {
  /** Names the checkpoint; by default `kafka`. */
  readonly name?: string;
  /** Who sends these messages; by default command-api. */
  readonly source?: MessageSource;
  readonly kafka: Kafka;
  readonly catalogs: readonly Pick<EventCatalog, 'aggregateType' | 'topic'>[];
  readonly topicPrefix: string;
  /** Where to keep in Kafka what was published; a topic that others write to needs none. */
  readonly publishedOffsets?: PublishedOffsets;
  /** The first signs each record, and only records that one of them has signed count as published; none: no signatures. */
  readonly signingKeys?: readonly SigningKey[];
  /** Further headers of each record, such as a token that says who sends it. Asked for before each send. */
  readonly headers?: () => Promise<Readonly<Record<string, string>>>;
  readonly locate: LocateEvents;
  /** Reads from a record which row it was made from; by default as from an event. */
  readonly readReference?: ReadReference;
  /**
   * Whether others write to these topics too. Then a log that is longer than this relay left it is no mismatch. One that
   * lost its tail is still noticed, unless others have filled it up again meanwhile.
   */
  readonly sharedTopic?: boolean;
}
