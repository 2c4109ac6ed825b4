import { AuthError } from './auth.error.js';

/** What a token may allow. See docs/api.md. */
export const SCOPES = [
  'users:read',
  'users:history',
  'users:write',
  'users:erase',
  'users:personal-data',
  'fleet:read',
  'fleet:operate',
] as const;

export type Scope = (typeof SCOPES)[number];

/** Who asks, by a token that was verified. */
export interface Caller {
  /** The token's `sub`, else its `client_id`: 1 to 255 printable ASCII characters. It may tell a person apart. */
  readonly subject: string;
  readonly scopes: ReadonlySet<string>;
  /** When the token expires, in milliseconds since 1970. */
  readonly expiresAt: number;
}

/** @throws AuthError `insufficient-scope` that names the scope */
export function requireScope({ scopes }: Caller, scope: Scope): void {
  if (!scopes.has(scope)) throw new AuthError('insufficient-scope', `The scope ${scope} is needed`);
}
