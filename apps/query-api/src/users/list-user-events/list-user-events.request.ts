import { z } from 'zod';
import { pageLimit, versionNumber } from '../numbers.js';

export const listUserEventsParameters = z.strictObject({
  /** The version behind which the page begins. */
  after: versionNumber.default(0),
  limit: pageLimit,
});

export type ListUserEventsParameters = z.output<typeof listUserEventsParameters>;
