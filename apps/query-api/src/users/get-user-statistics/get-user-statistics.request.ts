import { z } from 'zod';

/** It takes no parameters; an unknown one is refused rather than ignored. */
export const getUserStatisticsParameters = z.strictObject({});
