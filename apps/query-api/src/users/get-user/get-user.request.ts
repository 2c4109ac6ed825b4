import { z } from 'zod';
import { versionNumber } from '../numbers.js';

const RFC_3339 = /^\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)$/;

/** An instant as epoch milliseconds. What is finer is cut off: no event's time is. */
const instant = z
  .string()
  .max(64)
  .regex(RFC_3339, 'must be a time as in RFC 3339, such as 2026-01-31T12:00:00Z')
  .transform((text) => text.toUpperCase().replace(/(\.\d{3})\d+/, '$1'))
  .pipe(z.iso.datetime({ offset: true, error: 'must be a time that exists' }))
  .transform((text) => Date.parse(text));

/** Which past of the user is asked for; neither: the present. */
export const getUserParameters = z
  .strictObject({
    version: versionNumber
      .optional()
      .meta({ description: 'The user at this version. Not together with `at`.' }),
    at: instant
      .optional()
      .meta({ format: 'date-time', description: 'The user at this time. Not together with `version`.' }),
  })
  .refine(({ version, at }) => version === undefined || at === undefined, {
    path: ['at'],
    message: 'must not be given together with version',
  });

export type GetUserParameters = z.output<typeof getUserParameters>;
