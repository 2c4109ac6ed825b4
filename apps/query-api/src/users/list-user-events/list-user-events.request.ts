import { z } from 'zod';
import { pageLimit, versionNumber } from '../numbers.js';

export const listUserEventsParameters = z.strictObject({
  after: versionNumber
    .default(0)
    .meta({ type: 'integer', default: 0, description: 'The version behind which the page begins.' }),
  limit: pageLimit,
});

export type ListUserEventsParameters = z.output<typeof listUserEventsParameters>;
