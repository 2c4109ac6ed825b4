import type { OperationDescription } from '@eventfleet/http';
import { IDEMPOTENCY_KEY_HEADER } from '../../http-commands/command-headers.js';
import { IF_MATCH_HEADER } from '../../http-commands/preconditions.js';
import { commandSuccess, STORE_REFUSALS } from '../../http-commands/command.operation.js';

export const UPDATE_USER: OperationDescription = {
  id: 'updateUser',
  tag: 'users',
  summary: 'Change the fields that are named',
  description: 'If nothing changes, the version stays, and there is no event.',
  requestHeaders: { ...IF_MATCH_HEADER, ...IDEMPOTENCY_KEY_HEADER },
  responses: { 200: commandSuccess('The user is as requested.') },
  problems: [
    'user-not-found',
    'email-already-taken',
    'user-deactivated',
    'version-mismatch',
    ...STORE_REFUSALS,
  ],
};

export const PATCH_USER: OperationDescription = {
  ...UPDATE_USER,
  id: 'patchUser',
  summary: 'Change the fields that are named, as PUT does',
};
