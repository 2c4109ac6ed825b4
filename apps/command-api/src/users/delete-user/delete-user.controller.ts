import { userId } from '@eventfleet/contracts';
import { Body, Controller, Delete, Param, Req, Res } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { CommandExchange } from '../../commands/command-exchange.js';
import { DeleteUser } from './delete-user.command.js';
import { deleteUserRequest } from './delete-user.request.js';

@Controller('users/:id')
export class DeleteUserController {
  constructor(private readonly commands: CommandBus) {}

  @Delete()
  async delete(
    @Param('id', { schema: userId }) id: string,
    @Body({ schema: deleteUserRequest }) _body: unknown,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const exchange = new CommandExchange(request, { status: 200, aggregateId: id });
    const outcome = await this.commands.execute(new DeleteUser(id, exchange.context));
    await exchange.reply(outcome, reply);
  }
}
