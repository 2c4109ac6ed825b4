import { z } from 'zod';
import { userEmail, userId, userName } from '../user.schema.js';

export const createUserRequest = z.strictObject({ id: userId.optional(), name: userName, email: userEmail });

export type CreateUserRequest = z.output<typeof createUserRequest>;
