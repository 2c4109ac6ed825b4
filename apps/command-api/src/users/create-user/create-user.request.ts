import { userEmail, userId, userName } from '@eventfleet/contracts';
import { z } from 'zod';

export const createUserRequest = z.strictObject({ id: userId.optional(), name: userName, email: userEmail });

export type CreateUserRequest = z.output<typeof createUserRequest>;
