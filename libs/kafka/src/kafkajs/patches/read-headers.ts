import { isAscii } from 'node:buffer';
import type { HeaderValue, RecordHeaders } from '../../record-headers.js';
import type { Decoder } from '../kafkajs-internals.js';

/**
 * The headers of a record: texts where all of them are short and in ASCII, as an event's are, else bytes as kafkajs
 * gives them. Nothing is lost either way. A name that stands more than once has a list.
 * @param decoder at the number of headers, which fill the rest of its buffer
 */
export function readHeaders(decoder: Decoder): RecordHeaders {
  const count = decoder.readVarInt();
  const bytes = decoder.buffer.subarray(decoder.offset);
  // A length above 63 takes two bytes, and the first of them is not ASCII.
  return isAscii(bytes) ? readTexts(bytes.toString('latin1'), count) : readBytes(decoder, count);
}

/** Each as a part of one text: that costs a fraction of decoding them one by one. */
function readTexts(text: string, count: number): RecordHeaders {
  const headers: RecordHeaders = {};
  let at = 0;
  const next = (): string | null => {
    const length = text.charCodeAt(at++);
    // Zig-zag: odd is negative, and then nothing follows.
    return length % 2 === 1 ? null : text.slice(at, (at += length / 2));
  };
  for (let index = 0; index < count; index++) add(headers, String(next()), next());
  return headers;
}

function readBytes(decoder: Decoder, count: number): RecordHeaders {
  const headers: RecordHeaders = {};
  for (let index = 0; index < count; index++) {
    add(headers, String(decoder.readVarIntString()), decoder.readVarIntBytes());
  }
  return headers;
}

function add(headers: RecordHeaders, name: string, value: HeaderValue): void {
  if (Object.hasOwn(headers, name)) headers[name] = [headers[name] ?? null, value].flat();
  else if (name === '__proto__')
    Object.defineProperty(headers, name, { value, enumerable: true, writable: true });
  else headers[name] = value;
}
