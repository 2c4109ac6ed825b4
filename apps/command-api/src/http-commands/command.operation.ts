import type { HeaderDescriptions, ResponseDescription } from '@eventfleet/http';
import { z } from 'zod';
import { commandResult } from './command-response.js';

/** Refusals of the store: a command may get them whatever the aggregate. */
export const STORE_REFUSALS = [
  'idempotency-key-reused',
  'write-conflict',
  'event-store-unavailable',
  'personal-data-locked',
];

export const REPLAYED: HeaderDescriptions = {
  'Idempotency-Replayed': {
    schema: z.literal('true'),
    description: 'The response is the first one to this `Idempotency-Key`.',
  },
};

/** Decided answers are stored, refusals too. */
export const REPLAYED_PROBLEMS = { 404: REPLAYED, 409: REPLAYED, 412: REPLAYED };

/** The response to a command that took effect, or had nothing to change. */
export function commandSuccess(description: string, headers: HeaderDescriptions = {}): ResponseDescription {
  return {
    description,
    headers: {
      ETag: {
        schema: z.string().regex(/^"[1-9]\d*"$/),
        description: 'The version, for `If-Match`.',
        isRequired: true,
      },
      'Consistency-Token': {
        schema: z.string().regex(/^[\w-]+$/),
        description: 'Given to a query, its answer reflects this command.',
        isRequired: true,
      },
      ...headers,
      ...REPLAYED,
    },
    content: { 'application/json': commandResult },
  };
}
