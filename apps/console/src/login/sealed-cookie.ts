import { parseCookie, stringifySetCookie } from 'cookie';
import type { FastifyRequest } from 'fastify';
import type { JWTPayload } from 'jose';
import type { Purpose, Seal } from './seal.js';

/** `lax`: the browser sends it when another site, the issuer, sends the operator back. */
const SAME_SITE = { session: 'strict', login: 'lax' } as const;

/** A cookie that only the console reads: no script, no other host, and by TLS alone if the console is reached so. */
export class SealedCookie {
  private readonly name: string;

  constructor(
    private readonly purpose: Purpose,
    private readonly seal: Seal,
    private readonly isSecure: boolean,
  ) {
    // Browsers take a cookie with this prefix from its own host alone, and by TLS.
    this.name = `${isSecure ? '__Host-' : ''}eventfleet-console-${purpose}`;
  }

  /** A `Set-Cookie`. @param expiresAt milliseconds since 1970 */
  async set(content: JWTPayload, expiresAt: number): Promise<string> {
    const maxAge = Math.max(0, Math.floor((expiresAt - Date.now()) / 1000));
    return this.write(await this.seal.close(this.purpose, content, expiresAt), maxAge);
  }

  /** A `Set-Cookie` that takes it away. */
  clear(): string {
    return this.write('', 0);
  }

  async read({ headers }: Pick<FastifyRequest, 'headers'>): Promise<JWTPayload | undefined> {
    const sealed = parseCookie(headers.cookie ?? '')[this.name];
    return sealed === undefined ? undefined : this.seal.open(this.purpose, sealed);
  }

  private write(value: string, maxAge: number): string {
    return stringifySetCookie({
      name: this.name,
      value,
      maxAge,
      path: '/',
      httpOnly: true,
      secure: this.isSecure,
      sameSite: SAME_SITE[this.purpose],
    });
  }
}
