import { randomBytes } from 'node:crypto';
import type { TestIssuer } from '@eventfleet/testing';
import type { HttpRequest } from './http-connection.ts';

const SIGNED_IN = 64;
const TOKEN_LIFE_S = 3_600;
const KEY_BYTES = 32;

export type Prepare = (request: HttpRequest) => HttpRequest;

/** Tokens, signed events and encrypted personal data. Three apps need no client of their own: none asks for a token. */
export function securedSettings({ variables }: TestIssuer): Readonly<Record<string, string>> {
  return {
    ...variables,
    EVENT_SIGNING_KEYS: `bench:${randomBytes(KEY_BYTES).toString('base64')}`,
    PERSONAL_DATA_KEY: randomBytes(KEY_BYTES).toString('base64'),
  };
}

/** Each request bears the token of somebody with this scope, one after the other. */
export async function signedIn(issuer: TestIssuer, scope: string): Promise<Prepare> {
  const tokens = await Promise.all(
    Array.from({ length: SIGNED_IN }, (_, index) =>
      issuer.token({ sub: `person-${index}`, scope }, { expiresIn: TOKEN_LIFE_S }),
    ),
  );
  let sent = 0;
  return (request) => {
    const authorization = `Bearer ${tokens[sent++ % SIGNED_IN]}`;
    return { ...request, headers: { ...request.headers, authorization } };
  };
}
