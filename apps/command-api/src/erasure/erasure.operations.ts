import type { HeaderDescriptions, OperationDescription } from '@eventfleet/http';
import { z } from 'zod';

const NO_STORE: HeaderDescriptions = {
  'Cache-Control': { schema: z.literal('no-store'), description: 'Keep no copy.', isRequired: true },
};

const time = z.iso.datetime();

const place = z
  .object({ place: z.string(), outcome: z.string(), count: z.int().min(0), at: time })
  .meta({ id: 'ErasedPlace', description: 'What was done about the copies in one place.' });

const receipt = z
  .object({
    erasureId: z.guid(),
    userId: z.guid(),
    state: z.enum(['running', 'done']),
    requestedAt: time,
    completedAt: time.nullable(),
    places: z.array(place).meta({ description: 'In the order in which they were done.' }),
  })
  .meta({ id: 'Erasure' });

export const GET_ERASURE: OperationDescription = {
  id: 'getErasure',
  tag: 'users',
  summary: 'The receipt of an erasure, as far as it is written',
  responses: {
    200: { description: 'The receipt.', headers: NO_STORE, content: { 'application/json': receipt } },
  },
  problems: ['not-found', 'event-store-unavailable'],
};

export const GET_PERSONAL_DATA_KEY: OperationDescription = {
  id: 'getPersonalDataKey',
  tag: 'users',
  summary: 'The key of the personal data of a user',
  description:
    'Whoever keeps it has to forget it at `user.erased`. There is none any more once the user is erased.',
  responses: {
    200: {
      description: 'The key.',
      headers: NO_STORE,
      content: {
        'application/json': z
          .object({
            userId: z.guid(),
            kid: z.string(),
            key: z
              .string()
              .regex(/^[A-Za-z\d+/]{43}=$/)
              .meta({ description: '32 bytes in base64, for AES-256-GCM.' }),
          })
          .meta({ id: 'PersonalDataKey' }),
      },
    },
  },
  problems: ['not-found', 'event-store-unavailable', 'personal-data-locked'],
};
