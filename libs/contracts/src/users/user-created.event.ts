import { z } from 'zod';
import { defineEvent } from '../event-catalog.js';

/**
 * A user came to be. `email` is kept as it was given. `status` is there only where the user has to verify the email
 * first (onboarding): without it the user is active at once.
 */
export const userCreated = defineEvent(
  'user.created',
  1,
  z.object({
    id: z.string(),
    name: z.string(),
    email: z.string(),
    status: z.literal('pending').optional(),
  }),
  { personal: ['name', 'email'] },
);
