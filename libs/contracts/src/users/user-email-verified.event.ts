import { z } from 'zod';
import { defineEvent } from '../event-catalog.js';

/** A pending user has shown that the email is theirs: active from now on. */
export const userEmailVerified = defineEvent('user.email-verified', 1, z.object({ id: z.string() }));
