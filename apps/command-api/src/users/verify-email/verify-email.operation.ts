import type { OperationDescription } from '@eventfleet/http';
import { z } from 'zod';
import { IDEMPOTENCY_KEY_HEADER, IF_MATCH_HEADER } from '../../http-commands/command-headers.js';
import { commandSuccess, STORE_REFUSALS } from '../../http-commands/command.operation.js';
import { PAGE_HEADERS } from './verification-page.js';

const OFF = '`not-found` unless `VERIFICATION_SECRET` is set.';
const REFUSALS = [
  'verification-token-invalid',
  'verification-token-expired',
  'not-found',
  'user-not-found',
  'user-deactivated',
];

export const VERIFY_EMAIL: OperationDescription = {
  id: 'verifyEmail',
  tag: 'users',
  summary: 'Verify the email of a user by the token of a mail',
  description: OFF,
  requestHeaders: { ...IF_MATCH_HEADER, ...IDEMPOTENCY_KEY_HEADER },
  responses: { 200: commandSuccess('The user is active.') },
  problems: [...REFUSALS, 'version-mismatch', ...STORE_REFUSALS],
};

const { 'content-type': _, ...headers } = PAGE_HEADERS;

/** A page says what happened, with the status of the problem if it is one. */
function page(description: string): OperationDescription['responses'][number] {
  const described = Object.entries(headers).map(([name, value]) => [
    name,
    { schema: z.literal(value), description: 'The address holds the token.' },
  ]);
  return {
    description,
    headers: Object.fromEntries(described) as NonNullable<
      OperationDescription['responses'][number]['headers']
    >,
    content: { 'text/html': z.string() },
  };
}

export const FOLLOW_VERIFICATION_LINK: OperationDescription = {
  id: 'followVerificationLink',
  tag: 'users',
  summary: 'Verify by the link of a mail, and show a page',
  description: `HEAD changes nothing. ${OFF}`,
  responses: {
    200: page('The email is verified.'),
    403: page('A page, if the token is not valid or has expired.'),
    404: page('A page, if there is no such user.'),
    409: page('A page, if the user is deactivated.'),
    503: page('A page, if the store cannot decide.'),
  },
  problems: [...REFUSALS, 'write-conflict', 'event-store-unavailable'],
};
