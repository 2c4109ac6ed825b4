import { z } from 'zod';

const MAX_TOKEN = 500;

const token = z.string().max(MAX_TOKEN, `must have at most ${MAX_TOKEN} characters`);

export const verifyEmailRequest = z.strictObject({ token });

export type VerifyEmailRequest = z.output<typeof verifyEmailRequest>;

/** Of a link, as a mail program hands it over: what it adds does not matter, a token that is cut off is a wrong one. */
export const verifyEmailLink = z.object({ token: token.catch('') });

export type VerifyEmailLink = z.output<typeof verifyEmailLink>;
