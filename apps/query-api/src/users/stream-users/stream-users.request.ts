import { userEvents, userId } from '@eventfleet/contracts';
import { z } from 'zod';

const KNOWN: readonly string[] = userEvents.types;

/** One type, several by commas, or the parameter several times. */
const types = z
  .union([z.string(), z.array(z.string()).max(KNOWN.length)])
  .transform((given) => [given].flat().flatMap((text) => text.split(',')))
  .refine((given) => given.every((type) => KNOWN.includes(type)), `must be of ${KNOWN.join(', ')}`);

export const streamUsersParameters = z.strictObject({
  type: types.optional(),
  userId: userId.optional(),
  lastEventId: z.string().optional(),
});

export type StreamUsersParameters = z.output<typeof streamUsersParameters>;
