import { z } from 'zod';
import { pageLimit, versionNumber } from '../numbers.js';

export const listUserEventsParameters = z.strictObject({
  after: versionNumber
    .default(0)
    .meta({ type: 'integer', description: 'The version behind which the page begins; 0 by default.' }),
  limit: pageLimit,
});

export type ListUserEventsParameters = z.output<typeof listUserEventsParameters>;
