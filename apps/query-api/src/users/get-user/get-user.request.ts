import { z } from 'zod';

/** It takes no parameters yet; an unknown one is refused rather than ignored. */
export const getUserParameters = z.strictObject({});
