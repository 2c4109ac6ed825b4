import { AuthError } from '@eventfleet/auth';
import { HttpResponse, ProblemError, PublicRoute } from '@eventfleet/http';
import { describeError } from '@eventfleet/observability';
import { Controller, Get, HttpStatus, Inject, Post, Query, Req } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import type { Logger } from 'pino';
import { z } from 'zod';
import { consoleError } from '../console.problems.js';
import { CALLBACK, type Login, type Redirect } from './login.js';
import type { OperatorView, SessionView } from './session.view.js';

/** What the controller is told of access. */
export interface LoginAccess {
  readonly isNeeded: boolean;
  readonly login: Login | undefined;
  readonly logger: Logger;
}

export const LOGIN_ACCESS = Symbol('login access');

const beginParameters = z.strictObject({ to: z.string().max(2_000, 'is too long').default('/') });

/** Logs operators in and out, by their browsers. */
@Controller()
export class LoginController {
  constructor(@Inject(LOGIN_ACCESS) private readonly access: LoginAccess) {}

  /** Sends the browser to the issuer. @throws ProblemError `no-login` */
  @Get('login')
  @PublicRoute('it asks who it is')
  async begin(
    @Req() request: FastifyRequest,
    @Query({ schema: beginParameters }) { to }: z.output<typeof beginParameters>,
  ): Promise<HttpResponse> {
    return redirect(await this.login.begin(request, to));
  }

  /** The issuer sends the browser here. A failure is shown by the page: a person looks at it. */
  @Get(CALLBACK)
  @PublicRoute('it asks who it is')
  async finish(@Req() request: FastifyRequest): Promise<HttpResponse> {
    try {
      return redirect(await this.login.finish(request));
    } catch (error) {
      if (!(error instanceof ProblemError || error instanceof AuthError)) throw error;
      const reason = error.cause === undefined ? error.message : describeError(error.cause);
      this.access.logger.warn(
        { code: error.code, reason },
        'a login failed: if this goes on, check OIDC_CLIENT_ID, OIDC_CLIENT_SECRET and the callback address',
      );
      // The code alone: the page shows no text that an address has brought.
      return redirect({ location: `/?login-failed=${error.code}`, cookies: [] });
    }
  }

  @Post('logout')
  @PublicRoute('it gives up the right to ask')
  end(): HttpResponse {
    return new HttpResponse(HttpStatus.NO_CONTENT, {}, undefined, [this.login.end()]);
  }

  @Get('api/session')
  @PublicRoute('it shows a browser who it is itself')
  async session(@Req() request: FastifyRequest): Promise<SessionView> {
    const { isNeeded, login } = this.access;
    const caller = await login?.callerOf(request);
    const operator: OperatorView | null = caller
      ? {
          name: caller.subject,
          mayLook: caller.scopes.has('fleet:read'),
          mayAct: caller.scopes.has('fleet:operate'),
          endsAt: new Date(caller.expiresAt).toISOString(),
        }
      : null;
    return { isNeeded, isOffered: login !== undefined, operator };
  }

  private get login(): Login {
    const { login } = this.access;
    if (!login)
      throw consoleError('no-login', 'Logins need AUTH=oidc, OIDC_CLIENT_ID and OIDC_CLIENT_SECRET');
    return login;
  }
}

function redirect({ location, cookies }: Redirect): HttpResponse {
  const headers = { location, 'cache-control': 'no-store' };
  return new HttpResponse(HttpStatus.SEE_OTHER, headers, undefined, cookies);
}
