import { type Decoder, DecoderClass, EncoderClass, type ProtocolRequest } from '../kafkajs-internals.js';
import { NO_TAGS, readTags } from './tagged-fields.js';

/**
 * Kafka's Metadata request, version 12, for the named topics. kafkajs speaks it up to version 6; topic ids came with
 * version 10. Flexible versions (KIP-482) have compact strings and arrays and a tag buffer after each structure,
 * the headers of request and response included. https://kafka.apache.org/protocol#The_Messages_Metadata
 */
export interface TopicMetadata {
  readonly name: string;
  readonly errorCode: number;
  /** As Kafka's tools print it: base64url without padding. */
  readonly topicId: string;
  readonly partitions: readonly PartitionMetadata[];
  /** What this client may do with it: bit n stands for Kafka's `AclOperation` n. */
  readonly operations: number;
}

/** Brokers by their node ids. */
export interface PartitionMetadata {
  /** -1 while there is none. */
  readonly leader: number;
  readonly replicas: readonly number[];
  /** Those that have everything that was acknowledged. */
  readonly inSync: readonly number[];
}

export interface Metadata {
  readonly clusterId: string;
  /** The node ids of the brokers that are alive. */
  readonly brokers: readonly number[];
  readonly topics: readonly TopicMetadata[];
}

const UUID_BYTES = 16;

export function metadataRequest(topics: readonly string[]): ProtocolRequest<Metadata, Metadata> {
  return {
    request: {
      apiKey: 3,
      apiVersion: 12,
      apiName: 'Metadata',
      // kafkajs writes the header up to the client id; its tag buffer is ours to write.
      encode: async () => {
        const encoder = new EncoderClass().writeUVarInt(NO_TAGS);
        encoder.writeUVarInt(topics.length + 1); // a compact array's length is sent plus one
        for (const topic of topics) {
          encoder
            .writeBuffer(Buffer.alloc(UUID_BYTES)) // asked for by name, not by id
            .writeUVarIntString(topic)
            .writeUVarInt(NO_TAGS);
        }
        return encoder
          .writeBoolean(false) // allow_auto_topic_creation
          .writeBoolean(true) // include_topic_authorized_operations
          .writeUVarInt(NO_TAGS);
      },
    },
    response: {
      decode: async (payload) => readResponse(new DecoderClass(payload)),
      parse: async (metadata) => metadata,
    },
  };
}

function readResponse(decoder: Decoder): Metadata {
  readTags(decoder); // of the response header, after the correlation id
  decoder.readInt32(); // throttle_time_ms
  const brokers = decoder.readUVarIntArray(readBroker) ?? [];
  const clusterId = decoder.readUVarIntString() ?? '';
  decoder.readInt32(); // controller_id
  return { clusterId, brokers, topics: decoder.readUVarIntArray(readTopic) ?? [] };
}

function readTopic(decoder: Decoder): TopicMetadata {
  const errorCode = decoder.readInt16();
  const name = decoder.readUVarIntString() ?? '';
  const topicId = decoder.readBytes(UUID_BYTES).toString('base64url');
  decoder.readBoolean(); // is_internal
  const partitions = decoder.readUVarIntArray(readPartition) ?? [];
  const operations = decoder.readInt32();
  readTags(decoder);
  return { name, errorCode, topicId, partitions, operations };
}

function readBroker(decoder: Decoder): number {
  const nodeId = decoder.readInt32();
  decoder.readUVarIntString(); // host
  decoder.readInt32(); // port
  decoder.readUVarIntString(); // rack
  readTags(decoder);
  return nodeId;
}

function readPartition(decoder: Decoder): PartitionMetadata {
  decoder.readInt16(); // error_code
  decoder.readInt32(); // partition_index
  const leader = decoder.readInt32();
  decoder.readInt32(); // leader_epoch
  const replicas = decoder.readUVarIntArray(readInt32) ?? [];
  const inSync = decoder.readUVarIntArray(readInt32) ?? [];
  decoder.readUVarIntArray(readInt32); // offline_replicas
  readTags(decoder);
  return { leader, replicas, inSync };
}

function readInt32(decoder: Decoder): number {
  return decoder.readInt32();
}
