import { type Decoder, DecoderClass, EncoderClass, type ProtocolRequest } from '../kafkajs-internals.js';
import { NO_TAGS, readTags } from './tagged-fields.js';

/** The features of a cluster and the level that each is at, such as `metadata.version`; undefined before Kafka 2.4. */
export type FeatureLevels = ReadonlyMap<string, number> | undefined;

const UNSUPPORTED_VERSION = 35;
const FINALIZED_FEATURES = 2;

/**
 * Kafka's ApiVersions request, version 3, the first one that tells the features. kafkajs speaks it up to version 2. Its
 * response has the old header, without tagged fields. https://kafka.apache.org/protocol#The_Messages_ApiVersions
 */
export function featureLevelsRequest(): ProtocolRequest<FeatureLevels, FeatureLevels> {
  return {
    request: {
      apiKey: 18,
      apiVersion: 3,
      apiName: 'ApiVersions',
      // kafkajs writes the header up to the client id; its tag buffer is ours to write.
      encode: async () =>
        new EncoderClass()
          .writeUVarInt(NO_TAGS)
          .writeUVarIntString('eventfleet') // client_software_name
          .writeUVarIntString('1') // client_software_version
          .writeUVarInt(NO_TAGS),
    },
    response: {
      decode: async (payload) => readResponse(new DecoderClass(payload)),
      parse: async (levels) => levels,
    },
  };
}

function readResponse(decoder: Decoder): FeatureLevels {
  if (decoder.readInt16() === UNSUPPORTED_VERSION) return undefined;
  decoder.readUVarIntArray(skipApi);
  decoder.readInt32(); // throttle_time_ms
  const features = readTags(decoder).get(FINALIZED_FEATURES);
  return new Map(features ? new DecoderClass(features).readUVarIntArray(readFeature) : []);
}

function skipApi(decoder: Decoder): void {
  decoder.readInt16(); // api_key
  decoder.readInt16(); // min_version
  decoder.readInt16(); // max_version
  readTags(decoder);
}

function readFeature(decoder: Decoder): [name: string, level: number] {
  const name = decoder.readUVarIntString() ?? '';
  const level = decoder.readInt16(); // max_version_level
  decoder.readInt16(); // min_version_level
  readTags(decoder);
  return [name, level];
}
