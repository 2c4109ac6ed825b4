import { z } from 'zod';

const MAX_NAME = 200;
const MAX_EMAIL = 254;

/**
 * What a user's fields may hold, the same over HTTP and over Kafka. Events are read without these rules: what was once
 * accepted stays readable.
 */

/** Any UUID; compared and kept in lower case. */
export const userId = z
  .guid('must be a UUID')
  .transform((id) => id.toLowerCase())
  .meta({ description: 'A UUID; compared and kept in lower case.' });

/** 1 to 200 characters (code points) after trimming, none of them a control character or half a surrogate pair. */
export const userName = z
  .string()
  .trim()
  .refine((name) => name.length > 0, 'must not be empty')
  .refine((name) => Array.from(name).length <= MAX_NAME, `must have at most ${MAX_NAME} characters`)
  .refine((name) => name.isWellFormed() && !/\p{Cc}/u.test(name), 'must not have control characters')
  .meta({ description: `1 to ${MAX_NAME} characters after trimming, no control characters.` });

export const userEmail = z
  .email('must be an email address')
  .max(MAX_EMAIL, `must have at most ${MAX_EMAIL} characters`)
  .meta({ description: 'Compared without case, kept as given.' });
