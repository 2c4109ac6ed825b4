import { createRequire } from 'node:module';
import type { IncomingMessage } from '@eventfleet/contracts';
import type { Batch, Kafka } from 'kafkajs';
import type { Unreadable } from '../kafka-record.js';

/**
 * Everything of kafkajs that we use and that is not its public API, in one place and typed. It was read in one
 * version of kafkajs, so another version refuses to load until somebody has read it again.
 */
const KNOWN_VERSION = '2.2.4';

const require = createRequire(import.meta.url);
const { version } = require('kafkajs/package.json') as { version: string };
if (version !== KNOWN_VERSION) {
  throw new Error(`kafkajs ${version} is installed, its internals are known for ${KNOWN_VERSION} only`);
}

export interface Encoder {
  writeInt8(value: number): Encoder;
  writeBoolean(value: boolean): Encoder;
  writeBuffer(value: Buffer): Encoder;
  writeUVarInt(value: number): Encoder;
  writeUVarIntString(value: string | null): Encoder;
  readonly buffer: Buffer;
  /** What was written is `buf` up to `offset`. */
  buf: Buffer;
  offset: number;
}

export interface Decoder {
  /** What is read next is at `offset` of `buffer`. */
  readonly buffer: Buffer;
  offset: number;
  readVarInt(): number;
  readVarLong(): { toString(): string };
  readVarIntBytes(): Buffer | null;
  readVarIntString(): string | null;
  readInt16(): number;
  readInt32(): number;
  readBytes(length: number): Buffer;
  readBoolean(): boolean;
  readUVarInt(): number;
  readUVarIntString(): string | null;
  /** Null for a null array. */
  readUVarIntArray<T>(read: (decoder: Decoder) => T): T[] | null;
  forward(bytes: number): void;
}

/** A request and its response as a connection sends them: `parse` throws for an error code. */
export interface ProtocolRequest<Decoded, Parsed> {
  readonly request: {
    readonly apiKey: number;
    readonly apiVersion: number;
    readonly apiName: string;
    encode(): Promise<Encoder>;
  };
  readonly response: {
    decode(payload: Buffer): Promise<Decoded>;
    parse(decoded: Decoded): Promise<Parsed>;
  };
}

/** What the records of a batch have in common. Offsets and times are decimal. */
export interface BatchContext {
  readonly magicByte: number;
  readonly firstOffset: string;
  readonly firstTimestamp: string;
  readonly maxTimestamp: string;
  readonly timestampType: number;
  readonly isControlBatch: boolean;
  readonly inTransaction: boolean;
  readonly producerId: string;
}

export interface FetchedMessage {
  readonly offset: string;
  readonly timestamp: string;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly headers?: IncomingMessage['headers'];
  readonly isControlRecord?: boolean;
  /** kafkajs leaves out what belongs to an aborted transaction by it. */
  readonly batchContext?: BatchContext;
  /** As in `KafkaRecord`. */
  readonly unreadable?: Unreadable;
}

export type FetchedBatch = Omit<Batch, 'messages'> & {
  readonly messages: FetchedMessage[];
  /** The offset that the fetch asked for. */
  readonly fetchedOffset?: string;
};

export interface FetchOptions {
  readonly topics: readonly {
    readonly topic: string;
    readonly partitions: readonly { readonly partition: number }[];
  }[];
}

export interface Broker {
  /** Throws what this broker answers, where the cluster's function of this name only says that there is no coordinator. */
  findGroupCoordinator(request: { groupId: string; coordinatorType: number }): Promise<unknown>;
  readonly connectionPool: {
    send<Decoded, Parsed>(request: ProtocolRequest<Decoded, Parsed>): Promise<Parsed>;
  };
  fetch(request: {
    isolationLevel: number;
    maxWaitTime: number;
    minBytes: number;
    maxBytes: number;
    topics: {
      topic: string;
      partitions: { partition: number; fetchOffset: string; maxBytes: number }[];
    }[];
  }): Promise<{
    responses: {
      topicName: string;
      partitions: { partition: number; messages: FetchedMessage[]; highWatermark: string }[];
    }[];
  }>;
}

export interface Cluster {
  connect(): Promise<void>;
  disconnect(): Promise<void>;
  addTargetTopic(topic: string): Promise<void>;
  refreshMetadata(): Promise<void>;
  findTopicPartitionMetadata(topic: string): { partitionId: number }[];
  findLeaderForPartitions(topic: string, partitions: number[]): Record<string, number[]>;
  fetchTopicsOffset(
    topics: { topic: string; fromBeginning: boolean; partitions: { partition: number }[] }[],
  ): Promise<{ topic: string; partitions: { partition: number; offset: string | bigint }[] }[]>;
  findBroker(options: { nodeId: string }): Promise<Broker>;
  findGroupCoordinator(options: { groupId: string }): Promise<Broker>;
  readonly brokerPool: { findConnectedBroker(): Promise<Broker> };
}

export interface RequestQueue {
  readonly pending: readonly unknown[];
  readonly throttledUntil: number;
  scheduleCheckPendingRequests(this: RequestQueue): void;
}

/** What joins the group, fetches and hands out: one from each start of a consumer to its end. */
export interface Runner {
  running: boolean;
  readonly consumerGroup: {
    readonly cluster: Cluster;
    /** Null while it is no member. */
    readonly memberId: string | null;
    leave(): Promise<void>;
  };
  stop(this: Runner): Promise<void>;
  fetch(this: Runner, nodeId: number): Promise<readonly unknown[]>;
  /** Called once it has joined, and after each round of fetches. */
  scheduleFetchManager(this: Runner): void;
}

export const RunnerClass = require('kafkajs/src/consumer/runner') as { prototype: Runner };
export const RequestQueueClass = require('kafkajs/src/network/requestQueue') as { prototype: RequestQueue };
export const EncoderClass = require('kafkajs/src/protocol/encoder') as new (initialSize?: number) => Encoder;
export const DecoderClass = require('kafkajs/src/protocol/decoder') as new (buffer: Buffer) => Decoder;
/** What a response with this error code is thrown as. */
export const createProtocolError = (
  require('kafkajs/src/protocol/error') as { createErrorFromCode(this: void, code: number): Error }
).createErrorFromCode;
export const isRebalancing = (
  require('kafkajs/src/errors') as { isRebalancing(this: void, error: unknown): boolean }
).isRebalancing;

export interface OffsetCommit {
  readonly groupId: string;
  readonly groupGenerationId: number;
  readonly memberId: string;
  readonly retentionTime: number;
  readonly topics: readonly {
    readonly topic: string;
    readonly partitions: readonly {
      readonly partition: number;
      readonly offset: string;
      readonly metadata: string;
    }[];
  }[];
}

type OffsetCommitRequest = (commit: OffsetCommit) => ProtocolRequest<unknown, unknown>;

export const offsetCommitV4 = (
  require('kafkajs/src/protocol/requests/offsetCommit') as {
    protocol(this: void, options: { version: number }): OffsetCommitRequest;
  }
).protocol({ version: 4 });

/**
 * What a module of kafkajs exports from now on, for those that require it later. Idempotent.
 * @param user the module that requires it; undefined if it does so for each use
 * @throws Error when its user is loaded already, and so has what it exported before
 */
export function replaceModule(id: string, user: string | undefined, exports: unknown): void {
  require(id);
  const loaded = require.cache[require.resolve(id)];
  if (!loaded) throw new Error(`${id} is not loaded`);
  if (loaded.exports === exports) return;
  if (user !== undefined && require.cache[require.resolve(user)])
    throw new Error(`${user} is loaded already`);
  loaded.exports = exports;
}

const CREATE_CLUSTER = 'private:Kafka:createCluster';

/** Connections of their own to the cluster, made with the settings of `client`; not connected yet. */
export function createCluster(client: Kafka): Cluster {
  const key = Object.getOwnPropertySymbols(client).find((symbol) => symbol.description === CREATE_CLUSTER);
  if (!key) throw new Error('this is no kafkajs client');
  const create = Reflect.get(client, key) as (options: object) => Cluster;
  return create({ allowAutoTopicCreation: false });
}
