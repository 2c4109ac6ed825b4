import type { Caller, TokenVerifier } from '@eventfleet/auth';
import { isLoopbackHost } from '@eventfleet/config';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { ConsoleConfig } from '../console.config.js';
import { consoleError } from '../console.problems.js';
import { CodeFlow } from './code-flow.js';
import { Seal } from './seal.js';
import { SealedCookie } from './sealed-cookie.js';
import { Sessions } from './sessions.js';

/** So long an operator may take at the issuer. */
const LOGIN_MS = 10 * 60_000;
export const CALLBACK = '/login/callback';

const pendingContent = z.object({ state: z.string(), codeVerifier: z.string(), to: z.string() });

/** Where to send the browser, and what it keeps. */
export interface Redirect {
  readonly location: string;
  readonly cookies: readonly string[];
}

/** Logins by the issuer. Needs a client of its own there. */
export class Login {
  private readonly flow: CodeFlow;
  private readonly pending: SealedCookie;
  private readonly sessions: Sessions;

  private constructor(
    client: NonNullable<ConsoleConfig['client']>,
    verifier: TokenVerifier,
    private readonly origin: string | undefined,
  ) {
    const seal = new Seal(client);
    const isSecure = origin?.startsWith('https:') ?? false;
    this.flow = new CodeFlow(client, verifier);
    this.pending = new SealedCookie('login', seal, isSecure);
    this.sessions = new Sessions(new SealedCookie('session', seal, isSecure));
  }

  /** Undefined if no token is needed, or the console has no client at the issuer. */
  static of({ client, origin }: ConsoleConfig, verifier: TokenVerifier | undefined): Login | undefined {
    return client && verifier ? new Login(client, verifier, origin) : undefined;
  }

  /** Who is logged in. */
  callerOf(request: FastifyRequest): Promise<Caller | undefined> {
    return this.sessions.callerOf(request);
  }

  /**
   * @param to the address of the console that is shown after the login
   * @throws ProblemError `no-login` if the console does not know how browsers reach it; AuthError `issuer-unavailable`
   */
  async begin({ host }: FastifyRequest, to: string): Promise<Redirect> {
    const origin = this.originOf(host);
    // The cookies of a login belong to the name to which the issuer sends the operator back.
    if (new URL(origin).host !== host) throw consoleError('no-login', `Log in at ${origin}`);
    const { url, pending } = await this.flow.begin(origin + CALLBACK);
    const content = { ...pending, to: within(origin, to) };
    return { location: url, cookies: [await this.pending.set(content, Date.now() + LOGIN_MS)] };
  }

  /** The issuer has sent the operator back. @throws ProblemError `login-expired`, and as `CodeFlow.finish` */
  async finish(request: FastifyRequest): Promise<Redirect> {
    const { data } = pendingContent.safeParse(await this.pending.read(request));
    if (!data) throw consoleError('login-expired', '');
    const origin = this.originOf(request.host);
    const caller = await this.flow.finish(new URL(request.url, origin), data);
    const cookies = [this.pending.clear(), await this.sessions.begin(caller)];
    return { location: within(origin, data.to), cookies };
  }

  end(): string {
    return this.sessions.end();
  }

  private originOf(host: string): string {
    if (this.origin !== undefined) return this.origin;
    if (isLoopbackHost(new URL(`http://${host}`).hostname)) return `http://${host}`;
    throw consoleError('no-login', 'Set CONSOLE_URL to the address at which browsers reach the console');
  }
}

/** The whole address, so that no path can name another host; the start page for any other origin. */
function within(origin: string, to: string): string {
  const url = URL.parse(to, origin);
  return url?.origin === origin ? url.href : `${origin}/`;
}
