import type { OperationDescription } from '@eventfleet/http';
import { CONSISTENCY_HEADERS } from '../../consistency/consistency-requirement.js';
import { queryAnswer } from '../../consistency/query.operation.js';
import { userStatistics } from '../user.schemas.js';

export const GET_USER_STATISTICS: OperationDescription = {
  id: 'getUserStatistics',
  tag: 'users',
  summary: 'How many users there are',
  requestHeaders: CONSISTENCY_HEADERS,
  responses: { 200: queryAnswer('The counters.', userStatistics) },
  problems: ['projection-behind', 'read-store-unavailable'],
};
