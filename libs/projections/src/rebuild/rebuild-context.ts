import type { RecordedEvent } from '@eventfleet/contracts';
import type { Kafka } from '@eventfleet/kafka';
import type pg from 'pg';
import type { Logger } from 'pino';
import type { EventSource, RevealEvents } from '../event-source.js';
import type { FoldingProjection } from '../projection.js';
import type { IsAuthentic } from '../runtime/is-authentic.js';

/** The events of the event store, as a rebuild reads them. Not those of a standby, which may lag behind Kafka. */
export interface StreamSource extends EventSource {
  /** About how many events there are of an aggregate type. */
  estimateEvents(aggregateType: string): Promise<number>;
  /** The aggregate of the event that comes so many events behind an aggregate; undefined if there are fewer. */
  findAggregate(place: {
    readonly aggregateType: string;
    readonly after: string | undefined;
    readonly events: number;
  }): Promise<string | undefined>;
  /** Stream after stream, by aggregate id and version: at most `limit` events, so that the last stream may be cut off. */
  scanStreams(scan: {
    readonly aggregateType: string;
    readonly after: string | undefined;
    readonly upTo: string | undefined;
    readonly limit: number;
  }): Promise<ScannedStreams>;
}

/** Events of consecutive streams as they came: to take them apart takes longer than to read them. */
export interface ScannedStreams {
  /** How many events there are. */
  readonly length: number;
  /** Of all of them, in characters. */
  readonly size: number;
  /** Of the event at an index. */
  aggregateIdAt(this: void, index: number): string;
  /** The first ones, taken apart. */
  first(count: number): Promise<readonly RecordedEvent[]>;
}

/** A projection, and what its generations are built from and kept in. */
export interface RebuildContext {
  readonly projection: FoldingProjection;
  /** Of the projection's topic, with prefix. */
  readonly topic: string;
  readonly kafka: Kafka;
  readonly readStoreUrl: string;
  /** On the live schema; neither pipelines, nor are its statements bounded. */
  readonly readStore: pg.Pool;
  readonly source: StreamSource;
  /** With it records are read, and events that cannot be applied are parked as they are stored. */
  readonly encryption?: { readonly reveal: RevealEvents; readonly stored: Pick<EventSource, 'readStream'> };
  /** As the projector has it. */
  readonly isAuthentic: IsAuthentic;
  readonly logger: Logger;
}
