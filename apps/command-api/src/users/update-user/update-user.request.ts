import { z } from 'zod';
import { userEmail, userName } from '../user.schema.js';

export const updateUserRequest = z.strictObject({ name: userName.optional(), email: userEmail.optional() });

export type UpdateUserRequest = z.output<typeof updateUserRequest>;
