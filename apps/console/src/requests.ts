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

export const name = z.string().min(1, 'must not be empty').max(200, 'must have at most 200 characters');
