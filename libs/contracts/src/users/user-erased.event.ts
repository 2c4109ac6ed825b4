import { z } from 'zod';
import { defineEvent } from '../event-catalog.js';

/**
 * The personal data of a deleted user is erased: the key that decrypts it is destroyed, in the same transaction. Always
 * the user's last event. Whoever keeps copies has to remove them now.
 */
export const userErased = defineEvent('user.erased', 1, z.object({ id: z.string() }));
