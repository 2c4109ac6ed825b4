import type { OperationDescription } from '@eventfleet/http';
import { z } from 'zod';
import { CONSISTENCY_HEADERS, PREFERENCE_APPLIED } from '../../consistency/consistency-requirement.js';
import { NO_STORE, queryAnswer } from '../../consistency/query.operation.js';
import { pastUserView } from '../user.schemas.js';

const HEADERS = {
  ...NO_STORE,
  ETag: {
    schema: z.string().regex(/^"[1-9]\d*"$/),
    description: 'The version, for `If-None-Match`, and for `If-Match` of a command.',
    isRequired: true,
  },
  Age: {
    schema: z.string().regex(/^\d+$/),
    description: 'Seconds since the answer was true, if the store is away and it comes from memory.',
  },
  'Cache-Status': { schema: z.string(), description: 'Says that the answer comes from memory (RFC 9211).' },
};

export const GET_USER: OperationDescription = {
  id: 'getUser',
  tag: 'users',
  summary: 'A user, now or at an earlier version or time',
  description: 'With `version` or `at` the answer comes from the event store.',
  requestHeaders: {
    'If-None-Match': {
      schema: z.string(),
      description: 'Entity tags; 304 if one of them is that of the answer.',
    },
    ...CONSISTENCY_HEADERS,
  },
  responses: {
    200: queryAnswer('The user.', pastUserView, HEADERS),
    304: { description: 'The client has this version.', headers: { ...HEADERS, ...PREFERENCE_APPLIED } },
  },
  problems: [
    'user-not-found',
    'no-such-version',
    'projection-behind',
    'read-store-unavailable',
    'event-store-unavailable',
    'personal-data-locked',
  ],
};
