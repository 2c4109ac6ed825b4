import { Body, Controller, Post, Req, Res } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { newId } from '@eventfleet/ids';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { CommandExchange } from '../../commands/command-exchange.js';
import { CreateUser } from './create-user.command.js';
import { createUserRequest, type CreateUserRequest } from './create-user.request.js';

@Controller('users')
export class CreateUserController {
  constructor(private readonly commands: CommandBus) {}

  @Post()
  async create(
    @Body({ schema: createUserRequest }) { id, name, email }: CreateUserRequest,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const user = { id: id ?? newId(), name, email };
    const exchange = new CommandExchange(request, { status: 201, aggregateId: user.id });
    const outcome = await this.commands.execute(new CreateUser(user, id === undefined, exchange.context));
    await exchange.reply(outcome, reply);
  }
}
