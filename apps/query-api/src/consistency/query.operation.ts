import type { HeaderDescriptions, ResponseDescription } from '@eventfleet/http';
import { z } from 'zod';
import { PREFERENCE_APPLIED } from './consistency-requirement.js';

export const NO_STORE: HeaderDescriptions = {
  'Cache-Control': { schema: z.string(), description: '`no-store`: no cache keeps the answer.' },
};

/** The answer to a query that may wait for a command. */
export function queryAnswer(
  description: string,
  body: z.ZodType,
  headers: HeaderDescriptions = {},
): ResponseDescription {
  return {
    description,
    headers: { ...NO_STORE, ...headers, ...PREFERENCE_APPLIED },
    content: { 'application/json': body },
  };
}
