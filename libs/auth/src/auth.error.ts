/**
 * `unauthenticated`: the token is missing or bad. `insufficient-scope`: it is good, and does not allow this.
 * `issuer-unavailable`: nobody can tell whether it is good, or get one, until the issuer answers. Transient.
 */
export type AuthErrorCode = 'unauthenticated' | 'insufficient-scope' | 'issuer-unavailable';

/** Its message is for the client: it names what is wrong and never holds a part of a token. */
export class AuthError extends Error {
  constructor(
    readonly code: AuthErrorCode,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.name = 'AuthError';
  }
}
