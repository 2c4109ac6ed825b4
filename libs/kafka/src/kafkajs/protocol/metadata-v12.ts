import { type Decoder, DecoderClass, EncoderClass, type ProtocolRequest } from '../kafkajs-internals.js';

/**
 * Kafka's Metadata request, version 12, for one topic. kafkajs speaks it up to version 6; topic ids came with
 * version 10. Flexible versions (KIP-482) have compact strings and arrays and a tag buffer after each structure,
 * the headers of request and response included. https://kafka.apache.org/protocol#The_Messages_Metadata
 */
export interface TopicMetadata {
  readonly errorCode: number;
  /** As Kafka's tools print it: base64url without padding. */
  readonly topicId: string;
  readonly partitions: number;
}

export interface Metadata {
  readonly clusterId: string;
  readonly topics: readonly TopicMetadata[];
}

const NO_TAGS = 0;
const UUID_BYTES = 16;

export function metadataRequest(topic: string): ProtocolRequest<Metadata, Metadata> {
  return {
    request: {
      apiKey: 3,
      apiVersion: 12,
      apiName: 'Metadata',
      // kafkajs writes the header up to the client id; its tag buffer is ours to write.
      encode: async () =>
        new EncoderClass()
          .writeUVarInt(NO_TAGS)
          .writeUVarInt(1 + 1) // one topic; a compact array's length is sent plus one
          .writeBuffer(Buffer.alloc(UUID_BYTES)) // asked for by name, not by id
          .writeUVarIntString(topic)
          .writeUVarInt(NO_TAGS)
          .writeBoolean(false) // allow_auto_topic_creation
          .writeBoolean(false) // include_topic_authorized_operations
          .writeUVarInt(NO_TAGS),
    },
    response: {
      decode: async (payload) => readResponse(new DecoderClass(payload)),
      parse: async (metadata) => metadata,
    },
  };
}

function readResponse(decoder: Decoder): Metadata {
  skipTags(decoder); // of the response header, after the correlation id
  decoder.readInt32(); // throttle_time_ms
  decoder.readUVarIntArray(skipBroker);
  const clusterId = decoder.readUVarIntString() ?? '';
  decoder.readInt32(); // controller_id
  return { clusterId, topics: decoder.readUVarIntArray(readTopic) ?? [] };
}

function readTopic(decoder: Decoder): TopicMetadata {
  const errorCode = decoder.readInt16();
  decoder.readUVarIntString(); // name
  const topicId = decoder.readBytes(UUID_BYTES).toString('base64url');
  decoder.readBoolean(); // is_internal
  const partitions = decoder.readUVarIntArray(skipPartition)?.length ?? 0;
  decoder.readInt32(); // topic_authorized_operations
  skipTags(decoder);
  return { errorCode, topicId, partitions };
}

function skipBroker(decoder: Decoder): void {
  decoder.readInt32(); // node_id
  decoder.readUVarIntString(); // host
  decoder.readInt32(); // port
  decoder.readUVarIntString(); // rack
  skipTags(decoder);
}

function skipPartition(decoder: Decoder): void {
  decoder.readInt16(); // error_code
  decoder.readInt32(); // partition_index
  decoder.readInt32(); // leader_id
  decoder.readInt32(); // leader_epoch
  decoder.readUVarIntArray(readInt32); // replica_nodes
  decoder.readUVarIntArray(readInt32); // isr_nodes
  decoder.readUVarIntArray(readInt32); // offline_replicas
  skipTags(decoder);
}

function readInt32(decoder: Decoder): number {
  return decoder.readInt32();
}

/** Not kafkajs's own `readTaggedFields`: it reads a tag's size as if it were sent plus one. */
function skipTags(decoder: Decoder): void {
  for (let left = decoder.readUVarInt(); left > 0; left--) {
    decoder.readUVarInt();
    decoder.forward(decoder.readUVarInt());
  }
}
