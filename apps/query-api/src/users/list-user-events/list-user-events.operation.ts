import type { OperationDescription } from '@eventfleet/http';
import { CONSISTENCY_HEADERS } from '../../consistency/consistency-requirement.js';
import { queryAnswer } from '../../consistency/query.operation.js';
import { auditTrailPage } from '../user.schemas.js';

export const LIST_USER_EVENTS: OperationDescription = {
  id: 'listUserEvents',
  tag: 'users',
  summary: 'The audit trail of a user, the oldest event first',
  description: 'For deleted users too.',
  requestHeaders: CONSISTENCY_HEADERS,
  responses: { 200: queryAnswer('A page of events with what each changed.', auditTrailPage) },
  problems: ['user-not-found', 'projection-behind', 'event-store-unavailable', 'personal-data-locked'],
};
