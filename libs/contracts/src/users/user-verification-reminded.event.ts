import { z } from 'zod';
import { defineEvent } from '../event-catalog.js';

/** A pending user was to be reminded of the verification. */
export const userVerificationReminded = defineEvent(
  'user.verification-reminded',
  1,
  z.object({ id: z.string() }),
);
