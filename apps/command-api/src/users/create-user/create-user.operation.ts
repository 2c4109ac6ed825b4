import type { OperationDescription } from '@eventfleet/http';
import { z } from 'zod';
import { IDEMPOTENCY_KEY_HEADER } from '../../http-commands/command-headers.js';
import { commandSuccess, STORE_REFUSALS } from '../../http-commands/command.operation.js';

export const CREATE_USER: OperationDescription = {
  id: 'createUser',
  tag: 'users',
  summary: 'Create a user',
  description:
    'If the request has no `id`, the server makes a UUIDv7. The id of a deleted user is never free again.',
  requestHeaders: IDEMPOTENCY_KEY_HEADER,
  responses: {
    201: commandSuccess('The user is there, at version 1.', {
      Location: {
        schema: z.string().regex(/^\/users\/[\da-f-]{36}$/),
        description: 'The address of the user.',
        isRequired: true,
      },
    }),
  },
  problems: ['user-already-exists', 'email-already-taken', ...STORE_REFUSALS],
};
