import type { OperationDescription } from '@eventfleet/http';
import { IDEMPOTENCY_KEY_HEADER } from '../../http-commands/command-headers.js';
import { IF_MATCH_HEADER } from '../../http-commands/preconditions.js';
import { commandSuccess, STORE_REFUSALS } from '../../http-commands/command.operation.js';

export const DELETE_USER: OperationDescription = {
  id: 'deleteUser',
  tag: 'users',
  summary: 'Delete a user',
  description: 'The email is free again. The id is not.',
  requestHeaders: { ...IF_MATCH_HEADER, ...IDEMPOTENCY_KEY_HEADER },
  responses: { 200: commandSuccess('The user is deleted.') },
  problems: ['user-not-found', 'version-mismatch', ...STORE_REFUSALS],
};
