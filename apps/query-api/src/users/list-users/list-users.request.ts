import { z } from 'zod';
import { cursorSchema } from './list-users.cursor.js';

const MAX_TEXT = 320;
const MAX_LIMIT = 200;
const DEFAULT_LIMIT = 50;

const text = z
  .string()
  .min(1, 'must not be empty')
  // Code points, as a user's fields count.
  .refine((value) => Array.from(value).length <= MAX_TEXT, `must have at most ${MAX_TEXT} characters`)
  .regex(/^\P{Cc}*$/u, 'must not have control characters');

export const listUsersParameters = z.strictObject({
  email: text.optional(),
  name: text.optional(),
  status: z.enum(['active', 'pending', 'deactivated']).optional(),
  limit: z
    .string()
    .regex(/^\d{1,3}$/, `must be a number from 1 to ${MAX_LIMIT}`)
    .transform(Number)
    .refine((limit) => limit >= 1 && limit <= MAX_LIMIT, `must be a number from 1 to ${MAX_LIMIT}`)
    .default(DEFAULT_LIMIT),
  cursor: cursorSchema.optional(),
});

export type ListUsersParameters = z.output<typeof listUsersParameters>;
