import type { Upcasters } from '../message-catalog.js';

/** Old user events to today's schema, one step each: `'user.created:1': (data) => …` lifts version 1 to 2. */
export const userUpcasters: Upcasters = {};
