import { z } from 'zod';
import { CORRELATION_ID, TRACEPARENT } from '../correlation.js';
import type { HeaderDescriptions } from './operation.js';

const traceparent = z.string().regex(TRACEPARENT);

/** Every request may have them. */
export const REQUEST_HEADERS: HeaderDescriptions = {
  'X-Correlation-Id': {
    schema: z.string().regex(CORRELATION_ID),
    description: 'Ties together everything that the request causes. Made by the server if it is absent.',
  },
  traceparent: {
    schema: z.string(),
    description: 'W3C trace context. Made by the server if it is absent or not valid.',
  },
};

/** What responses of several routes have. */
export const RESPONSE_HEADERS: HeaderDescriptions = {
  'X-Correlation-Id': {
    schema: z.string().regex(CORRELATION_ID),
    description: 'That of the request, or the one that was made.',
    isRequired: true,
  },
  traceparent: {
    schema: traceparent,
    description: 'W3C trace context: that of the request, or the one that was made.',
    isRequired: true,
  },
  'Retry-After': {
    schema: z.string().regex(/^[1-9]\d*$/),
    description: 'Seconds after which the request may be sent again.',
    isRequired: true,
  },
  'Cache-Control': {
    schema: z.literal('no-store'),
    description: 'No cache keeps the answer.',
  },
  'Accept-Encoding': {
    schema: z.literal('identity'),
    description: 'If the body was refused for its content coding: the one that is taken.',
  },
  'WWW-Authenticate': {
    schema: z.string().regex(/^Bearer /),
    description: 'What is wrong with the access token, and the scope that is needed (RFC 6750).',
  },
  Allow: { schema: z.string(), description: 'The methods of this address.', isRequired: true },
};

/** References to the headers that every response has. */
export const EVERY_RESPONSE = {
  'X-Correlation-Id': { $ref: '#/components/headers/X-Correlation-Id' },
  traceparent: { $ref: '#/components/headers/traceparent' },
};
