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

/** A letter, digit, sign or symbol that leaves a mark on the page. U+2800 is a symbol of no dots. */
const VISIBLE = /(?!\p{Default_Ignorable_Code_Point}|\u2800)[\p{L}\p{N}\p{P}\p{S}]/u;
/** Control characters and line ends. */
const CONTROL = /[\p{Cc}\p{Zl}\p{Zp}]/u;
/** They change the order of the text around them, or are deprecated or reserved for the insides of programs. */
const REORDERS = /[\p{Bidi_Control}\u206a-\u206f\ufff9-\ufffb]/u;

/**
 * 1 to 200 characters (code points) after trimming. One of them at least is visible; none is a control character, half a
 * surrogate pair, or made to reorder text. Joiners are allowed: Indic and Arabic names and emoji sequences need them.
 */
export const userName = z
  .string()
  .trim()
  .refine((name) => name.length > 0, 'must not be empty')
  .refine((name) => Array.from(name).length <= MAX_NAME, `must have at most ${MAX_NAME} characters`)
  .refine((name) => name.isWellFormed() && !CONTROL.test(name), 'must not have control characters')
  .refine((name) => !REORDERS.test(name), 'must not have characters that reorder text')
  .refine((name) => name === '' || VISIBLE.test(name), 'must have a visible character')
  .meta({
    // Of these rules, what a pattern can say in any language.
    minLength: 1,
    pattern: String.raw`\S`,
    description: `1 to ${MAX_NAME} characters after trimming, one of them visible, no control characters and none that reorder text.`,
  });

export const userEmail = z
  .email('must be an email address')
  .max(MAX_EMAIL, `must have at most ${MAX_EMAIL} characters`)
  .meta({ description: 'Compared without case, kept as given.' });
