import type { AppAddress, KafkaSettings } from '@eventfleet/config';
import type { Kafka } from '@eventfleet/kafka';
import type pg from 'pg';

/** An aggregate type whose streams are looked for. */
export interface TracedAggregate {
  readonly aggregateType: string;
  /** Without a prefix. */
  readonly topic: string;
}

/** Where facts are gathered. Nothing is written anywhere. */
export interface Sources {
  readonly eventStore: pg.Pool;
  readonly readStore: pg.Pool;
  /** One that finds the tables of the process managers. */
  readonly processManagers: pg.Pool;
  readonly kafka: Kafka;
  readonly settings: KafkaSettings;
  readonly aggregates: readonly TracedAggregate[];
  readonly readModels: readonly { readonly name: string; readonly topic: string }[];
  /** The processes that are asked how they are. */
  readonly apps: readonly AppAddress[];
  /** For each question to a server; milliseconds. */
  readonly deadlineMs: number;
}
