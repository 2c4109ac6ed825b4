import { userId } from '@eventfleet/contracts';
import { toProblem } from '@eventfleet/http';
import { newId } from '@eventfleet/ids';
import { Body, Controller, Get, Head, Param, Post, Query, Req, Res } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { PROBLEMS } from '../../command-api.problems.js';
import { CommandExchange } from '../../commands/command-exchange.js';
import { Onboarding } from '../onboarding.js';
import { PAGE_HEADERS, verificationPage } from './verification-page.js';
import { VerifyEmail } from './verify-email.command.js';
import {
  verifyEmailLink,
  verifyEmailRequest,
  type VerifyEmailLink,
  type VerifyEmailRequest,
} from './verify-email.request.js';

/** Whoever shows the token of a mail reads the mails of that address. Only there where tokens can be read. */
@Controller('users/:id/verification')
export class VerifyEmailController {
  constructor(
    private readonly commands: CommandBus,
    private readonly onboarding: Onboarding,
  ) {}

  @Post()
  async verify(
    @Param('id', { schema: userId }) id: string,
    @Body({ schema: verifyEmailRequest }) { token }: VerifyEmailRequest,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const exchange = new CommandExchange(request, { status: 200, aggregateId: id });
    const shown = this.onboarding.readToken(token, id, new Date());
    await exchange.reply(await this.commands.execute(new VerifyEmail(id, shown, exchange.context)), reply);
  }

  /** For programs that look at a link before a person does: nothing happens. */
  @Head()
  async look(@Res() reply: FastifyReply): Promise<void> {
    await reply.status(200).headers(PAGE_HEADERS).send();
  }

  /** The link of a mail. A repeated click changes nothing. */
  @Get()
  async follow(
    @Param('id', { schema: userId }) id: string,
    @Query({ schema: verifyEmailLink }) { token }: VerifyEmailLink,
    @Req() { correlation }: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const { status, headers, body } = await this.answer(id, token, correlation);
    await reply
      .status(status)
      .headers({ ...headers, ...PAGE_HEADERS })
      .send(body);
  }

  private async answer(id: string, token: string, correlation: FastifyRequest['correlation']) {
    try {
      const shown = this.onboarding.readToken(token, id, new Date());
      const context = { metadata: { ...correlation, causationId: newId() } };
      const outcome = await this.commands.execute(new VerifyEmail(id, shown, context));
      if (outcome.kind === 'refused') throw outcome.error;
      return { status: 200, headers: {}, body: verificationPage('verified') };
    } catch (error) {
      const { status, headers, body } = toProblem(error, correlation.correlationId, PROBLEMS);
      if (body.code === 'internal-error') throw error;
      return { status, headers, body: verificationPage(body.code) };
    }
  }
}
