import { z } from 'zod';
import type { MessageDefinition } from '../message-catalog.js';

/** What a personal field is on topics and exchanges, if encryption is on. */
export const encryptedField = z
  .object({ $enc: z.string().regex(/^[\w-]{1,32}\.[\w-]{38,}$/) })
  .meta({ description: 'Encrypted: `<kid>.<nonce, ciphertext and tag in base64url>`.' });

/** The schema of an event's data, with another one in the place of each personal field. */
export function mapPersonal(
  { schema, personal = [] }: Pick<MessageDefinition, 'schema' | 'personal'>,
  map: (field: z.ZodType) => z.ZodType,
): z.ZodType {
  if (personal.length === 0 || !(schema instanceof z.ZodObject)) return schema;
  const shape = schema.shape as Readonly<Record<string, z.ZodType>>;
  return schema.extend(Object.fromEntries(personal.map((field) => [field, map(shape[field]!)])));
}
