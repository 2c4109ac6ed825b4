import type { Caller } from '@eventfleet/auth';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { SealedCookie } from './sealed-cookie.js';

/** Whoever is logged in logs in again after so long, however long the token is valid. */
const LONGEST_MS = 12 * 3_600_000;

const sessionContent = z.object({ sub: z.string(), scopes: z.array(z.string()), exp: z.number() });

/**
 * Who is logged in: the cookie itself says it, sealed, so nothing is stored and every copy of the console knows. It holds
 * what the access token said, and not the token. It ends with that token.
 */
export class Sessions {
  constructor(private readonly cookie: SealedCookie) {}

  /** A `Set-Cookie`. */
  begin({ subject, scopes, expiresAt }: Caller): Promise<string> {
    const end = Math.min(expiresAt, Date.now() + LONGEST_MS);
    const ofConsole = [...scopes].filter((scope) => scope.startsWith('fleet:'));
    return this.cookie.set({ sub: subject, scopes: ofConsole }, end);
  }

  /** A `Set-Cookie`. */
  end(): string {
    return this.cookie.clear();
  }

  async callerOf(request: Pick<FastifyRequest, 'headers'>): Promise<Caller | undefined> {
    const { data } = sessionContent.safeParse(await this.cookie.read(request));
    return data && { subject: data.sub, scopes: new Set(data.scopes), expiresAt: data.exp * 1000 };
  }
}
