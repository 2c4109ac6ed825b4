import type { OperationDescription } from '@eventfleet/http';
import { CONSISTENCY_HEADERS } from '../../consistency/consistency-requirement.js';
import { queryAnswer } from '../../consistency/query.operation.js';
import { userPage } from '../user.schemas.js';

export const LIST_USERS: OperationDescription = {
  id: 'listUsers',
  tag: 'users',
  summary: 'Users, the newest first',
  description: 'For a moment after an email passes to another user, both may show.',
  requestHeaders: CONSISTENCY_HEADERS,
  responses: { 200: queryAnswer('A page, stable under inserts.', userPage) },
  problems: ['projection-behind', 'read-store-unavailable'],
};
