import { z } from 'zod';
import { defineEvent } from '../event-catalog.js';

/** A user came to be. `email` is kept as it was given. */
export const userCreated = defineEvent(
  'user.created',
  1,
  z.object({ id: z.string(), name: z.string(), email: z.string() }),
);
