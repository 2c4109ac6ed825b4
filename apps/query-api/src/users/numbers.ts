import { z } from 'zod';

/** The largest version that there can be: the largest `integer` of Postgres. */
const MAX_VERSION = 2_147_483_647;

/** A version, or 0. A number that no version can have counts as the largest one. */
export const versionNumber = z
  .string()
  .regex(/^\d{1,15}$/, 'must be a whole number')
  .transform((text) => Math.min(Number(text), MAX_VERSION))
  .meta({ type: 'integer', minimum: 0 });

const MAX_LIMIT = 200;
const DEFAULT_LIMIT = 50;
const LIMIT_MESSAGE = `must be a number from 1 to ${MAX_LIMIT}`;

/** The size of a page. */
export const pageLimit = z
  .string()
  .regex(/^\d{1,3}$/, LIMIT_MESSAGE)
  .transform(Number)
  .refine((limit) => limit >= 1 && limit <= MAX_LIMIT, LIMIT_MESSAGE)
  .default(DEFAULT_LIMIT)
  .meta({
    type: 'integer',
    minimum: 1,
    maximum: MAX_LIMIT,
    description: `Items on a page; ${DEFAULT_LIMIT} by default.`,
  });
