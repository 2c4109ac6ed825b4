import { z } from 'zod';

/** Parameters that several routes take. */

export const pageLimit = (fallback: number, most = 200) =>
  z.coerce
    .number('must be a whole number')
    .int('must be a whole number')
    .min(1, 'must be at least 1')
    .max(most, `must be at most ${most}`)
    .default(fallback);

export const versionNumber = z.coerce
  .number('must be a version')
  .int('must be a version')
  .min(0, 'must be a version')
  .max(2_147_483_647, 'must be a version');

/** Without NUL, which Postgres takes in no text. */
export const text = (most: number) =>
  z
    .string()
    .max(most, `must have at most ${most} characters`)
    .refine((value) => !value.includes('\0'), 'must not have NUL');

export const name = text(200).min(1, 'must not be empty');
