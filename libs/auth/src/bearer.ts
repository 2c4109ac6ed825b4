import { AuthError } from './auth.error.js';

/** Of HTTP and of commands over Kafka. */
export const AUTHORIZATION_HEADER = 'authorization';

const BEARER = /^Bearer +([A-Za-z0-9\-._~+/]+=*) *$/i;

export function toBearer(token: string): string {
  return `Bearer ${token}`;
}

/** The token of an `Authorization` header. @throws AuthError `unauthenticated` if there is none */
export function readBearer(header: string | undefined): string {
  if (header === undefined) throw new AuthError('unauthenticated', 'A bearer token is needed');
  const token = BEARER.exec(header)?.[1];
  if (token === undefined) throw new AuthError('unauthenticated', 'The authorization is no bearer token');
  return token;
}
