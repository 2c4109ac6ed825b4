import { userId } from '@eventfleet/contracts';
import { type HttpResponse, Operation, RequireScope } from '@eventfleet/http';
import { Body, Controller, Delete, Param, Req } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { HttpCommandBus } from '../../http-commands/http-command-bus.js';
import { existingUser } from '../user-target.js';
import { DeleteUser } from './delete-user.command.js';
import { DELETE_USER } from './delete-user.operation.js';
import { deleteUserRequest } from './delete-user.request.js';

@Controller('users/:id')
export class DeleteUserController {
  constructor(private readonly commands: HttpCommandBus) {}

  @Delete()
  @RequireScope('users:write')
  @Operation(DELETE_USER)
  delete(
    @Param('id', { schema: userId }) id: string,
    @Body({ schema: deleteUserRequest }) _body: unknown,
    @Req() request: FastifyRequest,
  ): Promise<HttpResponse> {
    return this.commands.execute(request, existingUser(id), (context) => new DeleteUser(id, context));
  }
}
