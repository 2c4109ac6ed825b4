import { userEvents, userId } from '@eventfleet/contracts';
import { z } from 'zod';

const KNOWN: readonly string[] = userEvents.types;

/** One type, several by commas, or the parameter several times. */
const types = z
  .union([z.string(), z.array(z.string()).max(KNOWN.length)])
  .transform((given) => [given].flat().flatMap((text) => text.split(',')))
  .refine(
    (given) => given.every((type) => KNOWN.includes(type)),
    `must be one or more of ${KNOWN.join(', ')}`,
  );

export const streamUsersParameters = z.strictObject({
  type: types.optional().meta({ description: `Only events of these types: ${KNOWN.join(', ')}.` }),
  userId: userId.optional().meta({ description: 'Only events of this user.' }),
  lastEventId: z
    .string()
    .optional()
    .meta({ description: 'Goes on behind this event; `0` begins with the first one.' }),
});

export type StreamUsersParameters = z.output<typeof streamUsersParameters>;
