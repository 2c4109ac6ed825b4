import { userId } from '@eventfleet/contracts';
import {
  AcceptsForms,
  HttpResponse,
  isForm,
  Operation,
  PublicRoute,
  toProblem,
  traceparentOf,
  type ProblemTable,
} from '@eventfleet/http';
import { newId } from '@eventfleet/ids';
import { Body, Controller, Get, Head, Inject, Param, Post, Query, Req } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import type { FastifyRequest } from 'fastify';
import { PROBLEMS } from '../../app-context.module.js';
import { HttpCommandBus } from '../../http-commands/http-command-bus.js';
import { Onboarding } from '../onboarding.js';
import { existingUser } from '../user-target.js';
import { confirmationPage, PAGE_HEADERS, verificationPage } from './verification-page.js';
import { VerifyEmail } from './verify-email.command.js';
import { FOLLOW_VERIFICATION_LINK, VERIFY_EMAIL } from './verify-email.operation.js';
import {
  verifyEmailLink,
  verifyEmailRequest,
  type VerifyEmailLink,
  type VerifyEmailRequest,
} from './verify-email.request.js';

/** Whoever is asked to verify an email has no access token. */
const BY_MAIL = 'the token of the mail is the proof';

/** Whoever shows the token of a mail reads the mails of that address. Only there if tokens can be read. */
@Controller('users/:id/verification')
export class VerifyEmailController {
  constructor(
    private readonly httpCommands: HttpCommandBus,
    private readonly commands: CommandBus,
    private readonly onboarding: Onboarding,
    @Inject(PROBLEMS) private readonly problems: ProblemTable,
  ) {}

  /** By a program as JSON, by a person as the form of the page below. */
  @AcceptsForms()
  @Post()
  @PublicRoute(BY_MAIL)
  @Operation(VERIFY_EMAIL)
  verify(
    @Param('id', { schema: userId }) id: string,
    @Body({ schema: verifyEmailRequest }) { token }: VerifyEmailRequest,
    @Req() request: FastifyRequest,
  ): Promise<HttpResponse> {
    if (isForm(request)) return this.verifyByForm(id, token, request);
    return this.httpCommands.execute(
      request,
      existingUser(id),
      (context) => new VerifyEmail(id, this.onboarding.readToken(token, id, new Date()), context),
    );
  }

  /** For programs that look at a link before a person does: nothing happens. */
  @Head()
  @PublicRoute(BY_MAIL)
  look(): HttpResponse {
    return new HttpResponse(200, PAGE_HEADERS);
  }

  /** The link of a mail: asks, and changes nothing. No store is asked. */
  @Get()
  @PublicRoute(BY_MAIL)
  @Operation(FOLLOW_VERIFICATION_LINK)
  ask(
    @Param('id', { schema: userId }) id: string,
    @Query({ schema: verifyEmailLink }) { token }: VerifyEmailLink,
    @Req() request: FastifyRequest,
  ): Promise<HttpResponse> {
    return this.answerPage(request, () => {
      this.onboarding.readToken(token, id, new Date());
      return Promise.resolve(confirmationPage(token));
    });
  }

  /** A repeat changes nothing. */
  private verifyByForm(id: string, token: string, request: FastifyRequest): Promise<HttpResponse> {
    return this.answerPage(request, async () => {
      const { correlationId } = request.correlation;
      const verificationToken = this.onboarding.readToken(token, id, new Date());
      const metadata = { correlationId, causationId: newId(), traceparent: traceparentOf(request) };
      const result = await this.commands.execute(new VerifyEmail(id, verificationToken, { metadata }));
      if (result.kind === 'refused') throw result.error;
      return verificationPage('verified');
    });
  }

  private async answerPage(request: FastifyRequest, page: () => Promise<string>): Promise<HttpResponse> {
    try {
      return new HttpResponse(200, PAGE_HEADERS, await page());
    } catch (error) {
      const { status, headers, body } = toProblem(error, request.correlation.correlationId, this.problems);
      if (body.code === 'internal-error') throw error;
      return new HttpResponse(status, { ...headers, ...PAGE_HEADERS }, verificationPage(body.code));
    }
  }
}
