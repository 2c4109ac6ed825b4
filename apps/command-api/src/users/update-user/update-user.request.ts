import { userEmail, userName } from '@eventfleet/contracts';
import { z } from 'zod';

export const updateUserRequest = z.strictObject({ name: userName.optional(), email: userEmail.optional() });

export type UpdateUserRequest = z.output<typeof updateUserRequest>;
