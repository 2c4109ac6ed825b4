import { userId } from '@eventfleet/contracts';
import { Body, Controller, Param, Patch, Put, Req, Res } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { CommandExchange } from '../../commands/command-exchange.js';
import { UpdateUser } from './update-user.command.js';
import { updateUserRequest, type UpdateUserRequest } from './update-user.request.js';

@Controller('users/:id')
export class UpdateUserController {
  constructor(private readonly commands: CommandBus) {}

  @Put()
  async put(
    @Param('id', { schema: userId }) id: string,
    @Body({ schema: updateUserRequest }) changes: UpdateUserRequest,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const exchange = new CommandExchange(request, { status: 200, aggregateId: id });
    const outcome = await this.commands.execute(new UpdateUser(id, changes, exchange.context));
    await exchange.reply(outcome, reply);
  }

  /** The same as PUT: both change only what they name. */
  @Patch()
  async patch(
    @Param('id', { schema: userId }) id: string,
    @Body({ schema: updateUserRequest }) changes: UpdateUserRequest,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    await this.put(id, changes, request, reply);
  }
}
