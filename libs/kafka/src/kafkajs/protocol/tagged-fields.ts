import type { Decoder } from '../kafkajs-internals.js';

/** What a structure of a flexible version (KIP-482) ends with if it has no tagged fields. */
export const NO_TAGS = 0;

/** What a structure of a flexible version ends with, by tag. Not kafkajs's own `readTaggedFields`: it reads a tag's size as if it were sent plus one. */
export function readTags(decoder: Decoder): Map<number, Buffer> {
  const fields = new Map<number, Buffer>();
  for (let left = decoder.readUVarInt(); left > 0; left--) {
    const tag = decoder.readUVarInt();
    fields.set(tag, decoder.readBytes(decoder.readUVarInt()));
  }
  return fields;
}
