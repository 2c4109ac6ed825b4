import { z } from 'zod';
import { pageLimit } from '../numbers.js';
import { cursorSchema } from './list-users.cursor.js';

const MAX_TEXT = 320;

const text = z
  .string()
  .min(1, 'must not be empty')
  // Code points, as a user's fields count.
  .refine((value) => Array.from(value).length <= MAX_TEXT, `must have at most ${MAX_TEXT} characters`)
  // A pattern that any language reads.
  // oxlint-disable-next-line no-control-regex -- they are what is refused
  .regex(/^[^\u0000-\u001f\u007f-\u009f]*$/, 'must not have control characters');

export const listUsersParameters = z.strictObject({
  email: text.optional().meta({ description: 'Exactly this email, without case.' }),
  name: text.optional().meta({ description: 'Names that begin with this, without case.' }),
  status: z.enum(['active', 'pending', 'deactivated']).optional(),
  limit: pageLimit,
  cursor: cursorSchema.optional().meta({ description: 'The `nextCursor` of the page before.' }),
});

export type ListUsersParameters = z.output<typeof listUsersParameters>;
