import type { HeaderDescriptions, OperationDescription } from '@eventfleet/http';
import { z } from 'zod';
import { IDEMPOTENCY_KEY_HEADER } from '../../http-commands/command-headers.js';
import { IF_MATCH_HEADER } from '../../http-commands/preconditions.js';
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

/** Headers of one of several answers with the same status. */
function optional(headers: HeaderDescriptions = {}): HeaderDescriptions {
  return Object.fromEntries(
    Object.entries(headers).map(([name, header]) => [name, { ...header, isRequired: false }]),
  );
}

/** What a page says instead of a problem. */
const REFUSED_PAGES = {
  403: page('A page, if the token is not valid or has expired.'),
  404: page('A page, if there is no such user.'),
  409: page('A page, if the user is deactivated.'),
  503: page('A page, if the store cannot decide.'),
};

const verified = commandSuccess('The user is active.');
const verifiedPage = page('A page, if the body is a form.');

export const VERIFY_EMAIL: OperationDescription = {
  id: 'verifyEmail',
  tag: 'users',
  summary: 'Verify the email of a user by the token of a mail',
  description: `A form is answered with a page. ${OFF}`,
  requestHeaders: { ...IF_MATCH_HEADER, ...IDEMPOTENCY_KEY_HEADER },
  bodyTypes: ['application/json', 'application/x-www-form-urlencoded'],
  responses: {
    200: {
      description: `${verified.description} ${verifiedPage.description}`,
      headers: { ...optional(verified.headers), ...verifiedPage.headers },
      content: { ...verified.content, ...verifiedPage.content },
    },
    ...REFUSED_PAGES,
  },
  problems: [...REFUSALS, 'version-mismatch', ...STORE_REFUSALS],
};

export const FOLLOW_VERIFICATION_LINK: OperationDescription = {
  id: 'followVerificationLink',
  tag: 'users',
  summary: 'Ask, by a page with a button, whether the email is to be verified',
  description: `Nothing changes. ${OFF}`,
  responses: { 200: page('The page.'), 403: REFUSED_PAGES[403] },
  problems: ['verification-token-invalid', 'verification-token-expired', 'not-found'],
};
