import { z } from 'zod';

/** Any UUID; compared in lower case. */
export const userId = z.guid('must be a UUID').toLowerCase();
