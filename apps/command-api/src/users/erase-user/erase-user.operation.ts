import type { OperationDescription } from '@eventfleet/http';
import { z } from 'zod';
import { IF_MATCH_HEADER } from '../../http-commands/preconditions.js';

export const ERASE_USER: OperationDescription = {
  id: 'eraseUser',
  tag: 'users',
  summary: 'Erase the personal data of a user',
  description:
    'Only if personal data is encrypted. Deletes the user first. The key is destroyed before the answer; copies are removed after it. A repeat is the same erasure.',
  requestHeaders: IF_MATCH_HEADER,
  responses: {
    202: {
      description: 'The key is destroyed.',
      headers: {
        Location: {
          schema: z.string().regex(/^\/erasures\/[\da-f-]{36}$/),
          description: 'The address of the receipt.',
          isRequired: true,
        },
      },
      content: { 'application/json': z.object({ erasureId: z.guid() }) },
    },
  },
  problems: [
    'not-found',
    'user-not-found',
    'user-not-encrypted',
    'version-mismatch',
    'personal-data-locked',
    'write-conflict',
    'event-store-unavailable',
  ],
};
