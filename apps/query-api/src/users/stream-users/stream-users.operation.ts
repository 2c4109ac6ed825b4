import type { OperationDescription } from '@eventfleet/http';
import { z } from 'zod';
import { CONSISTENCY_HEADERS, PREFERENCE_APPLIED } from '../../consistency/consistency-requirement.js';
import { NO_STORE } from '../../consistency/query.operation.js';
import { streamItem } from '../user.schemas.js';

export const STREAM_USERS: OperationDescription = {
  id: 'streamUsers',
  tag: 'users',
  summary: 'The events of users as they come',
  description: [
    'Server-sent events. `event` is the type of the event, `id` is opaque, `data` is an item.',
    'Without an id the stream begins now. With one it goes on behind that event, without a gap or a repeat, on any copy.',
    '`event: caught-up` comes once, when the end is reached. `event: reset` says that the id is of another store; then the stream ends. Their `data` is `{}`. A comment comes every 15 s.',
  ].join('\n\n'),
  requestHeaders: {
    'Last-Event-ID': { schema: z.string(), description: 'As `lastEventId`, over which it wins.' },
    ...CONSISTENCY_HEADERS,
  },
  responses: {
    200: {
      description: 'The stream. `x-item-schema` is the schema of its items.',
      headers: {
        ...NO_STORE,
        'X-Accel-Buffering': {
          schema: z.literal('no'),
          description: 'Keeps nginx from holding events back.',
        },
        ...PREFERENCE_APPLIED,
      },
      content: { 'text/event-stream': z.string() },
      item: streamItem,
    },
  },
  problems: ['projection-behind', 'event-store-unavailable'],
};
