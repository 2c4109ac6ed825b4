import type { HeaderValue } from '../header-text.js';
import { joinWithLengths } from './join-with-lengths.js';

/** What can be signed: a record as it is sent, or as a Kafka client hands it over. A text stands for its UTF-8 bytes. */
export interface SignableRecord {
  readonly key: HeaderValue;
  readonly value: HeaderValue;
  readonly headers?: Readonly<Record<string, HeaderValue | HeaderValue[] | undefined>> | undefined;
}

export const SIGNATURE_HEADER = 'ce_signature';

/** Names the form, so that no signature of another form can ever pass for one of this form. */
const FORM = 'eventfleet-record-1';
const SIGNED_PREFIX = 'ce_';

/**
 * The bytes that are signed, in the form `eventfleet-record-1`. It is a sequence of parts: the text
 * `eventfleet-record-1`, the key, the value, and for each header whose name begins with `ce_` its name and its value.
 *
 * - A part is its length in bytes, as an unsigned integer of 32 bits, most significant byte first, and then its bytes.
 *   Texts are in UTF-8. A part that is null is the length 0xffffffff alone.
 * - Headers are in ascending order of their names, whatever their order in the record. Attribute names are lower-case
 *   letters and digits. A name that stands more than once stands once for each value, in the record's order.
 * - `ce_signature` is left out, and so are all headers without the prefix: `content-type`, `traceparent`, `x-…`.
 *
 * Injective: two records have the same form only if key, value, and all signed names and values are the same bytes.
 * @returns bytes that the next call overwrites: use them at once
 */
export function canonicalRecord({ key, value, headers = {} }: SignableRecord): Buffer {
  const parts: HeaderValue[] = [FORM, key, value];
  for (const name of signedNames(headers)) {
    const values = headers[name];
    if (Array.isArray(values)) for (const each of values) parts.push(name, each);
    else if (values !== undefined) parts.push(name, values);
  }
  return joinWithLengths(parts);
}

function signedNames(headers: object): string[] {
  return Object.keys(headers)
    .filter((name) => name.startsWith(SIGNED_PREFIX) && name !== SIGNATURE_HEADER)
    .toSorted();
}
