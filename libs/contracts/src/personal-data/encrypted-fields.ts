import { ContractError } from '../contract.errors.js';
import type { RecordedEvent } from '../event-envelope.js';
import { seal, unseal, type PersonalDataKey } from './personal-data-key.js';

/** A personal field as it is stored and sent: `<kid>.<nonce, ciphertext and tag in base64url>`. */
export interface EncryptedField {
  readonly $enc: string;
}

/** What a ciphertext belongs to. It cannot be moved to another aggregate, version or field. */
export type EncryptedPlace = Pick<RecordedEvent, 'aggregateId' | 'version'>;

type EncryptedEvent = EncryptedPlace & Pick<RecordedEvent, 'data'>;

/** JSON escapes quotes within texts: so these bytes can only be a name. */
const MARK = '"$enc":';
const SHAPE = /^([A-Za-z0-9_-]{1,32})\.([A-Za-z0-9_-]{38,})$/;
/** No name, and no email, has a control character. */
const ERASED = '\u007ferased:';

/**
 * Encrypts some fields of an event's data, each alone. A field that is absent stays so.
 * @param fields the names of fields at the top of the data
 */
export function encryptPersonal(
  data: Readonly<Record<string, unknown>>,
  fields: readonly string[],
  key: PersonalDataKey,
  place: EncryptedPlace,
): Record<string, unknown> {
  const encrypted: Record<string, unknown> = { ...data };
  for (const field of fields) {
    const value = data[field];
    if (value === undefined) continue;
    const text = seal(JSON.stringify(value), key.secret, contextOf(place, field));
    encrypted[field] = { $enc: `${key.kid}.${text}` } satisfies EncryptedField;
  }
  return encrypted;
}

/** Whether the data of an event has an encrypted field. */
export function isEncrypted({ data }: Pick<RecordedEvent, 'data'>): boolean {
  return data.includes(MARK);
}

/**
 * Reads an event with encrypted fields: the same event, with the data that was once written. What is not encrypted stays
 * as it is.
 * @param key of the event's aggregate; undefined if it is erased: each personal field is then a text of which
 *   `isErasedText` is true, different for each aggregate
 * @throws ContractError `personal-data-unreadable` if the key is another one, or the field was moved
 */
export function decryptPersonal<Event extends EncryptedEvent>(
  event: Event,
  key: PersonalDataKey | undefined,
): Event {
  return mapEncrypted(event, (sealed, field) => {
    if (!key) return erasedText(event.aggregateId);
    const [, kid, text] = SHAPE.exec(sealed) ?? [];
    if (kid !== key.kid || text === undefined)
      throw new ContractError('personal-data-unreadable', 'a personal field names another key');
    return JSON.parse(unseal(text, key.secret, contextOf(event, field)).toString('utf8')) as unknown;
  });
}

/** The event with null in the place of each encrypted field: for events whose key is lost. No schema takes it. */
export function withoutPersonal<Event extends EncryptedEvent>(event: Event): Event {
  return mapEncrypted(event, () => null);
}

/** What stands in the place of a personal field that nobody can read any more. */
export function erasedText(aggregateId: string): string {
  return ERASED + aggregateId;
}

export function isErasedText(text: string): boolean {
  return text.startsWith(ERASED);
}

function mapEncrypted<Event extends EncryptedEvent>(
  event: Event,
  map: (sealed: string, field: string) => unknown,
): Event {
  if (!isEncrypted(event)) return event;
  const data = parse(event.data);
  for (const [field, value] of Object.entries(data)) {
    const sealed = encryptedText(value);
    if (sealed !== undefined) data[field] = map(sealed, field);
  }
  return { ...event, data: JSON.stringify(data) };
}

function encryptedText(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null || !('$enc' in value)) return undefined;
  return typeof value.$enc === 'string' ? value.$enc : undefined;
}

function parse(text: string): Record<string, unknown> {
  try {
    const data: unknown = JSON.parse(text);
    if (typeof data === 'object' && data !== null && !Array.isArray(data))
      return data as Record<string, unknown>;
  } catch {
    // The error quotes the value.
  }
  throw new ContractError('malformed-json', 'the value is no JSON object');
}

function contextOf({ aggregateId, version }: EncryptedPlace, field: string): string {
  return JSON.stringify(['eventfleet-personal-1', aggregateId, version, field]);
}
