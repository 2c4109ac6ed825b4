import { z } from 'zod';
import { defineEvent } from '../event-catalog.js';

/** Carries only what changed. */
export const userUpdated = defineEvent(
  'user.updated',
  1,
  z.object({ id: z.string(), name: z.string().optional(), email: z.string().optional() }),
  { personal: ['name', 'email'] },
);
