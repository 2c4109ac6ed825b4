import { z } from 'zod';

/** It needs no body. An unknown field is refused rather than ignored. */
export const deleteUserRequest = z.strictObject({}).optional();
