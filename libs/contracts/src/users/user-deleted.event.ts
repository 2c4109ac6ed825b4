import { z } from 'zod';
import { defineEvent } from '../event-catalog.js';

/** The user is gone, its email is free, its id is used up for ever. */
export const userDeleted = defineEvent('user.deleted', 1, z.object({ id: z.string() }));
