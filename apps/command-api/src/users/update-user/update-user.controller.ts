import { userId } from '@eventfleet/contracts';
import { type HttpResponse, Operation, RequireScope } from '@eventfleet/http';
import { Body, Controller, Param, Patch, Put, Req } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { HttpCommandBus } from '../../http-commands/http-command-bus.js';
import { existingUser } from '../user-target.js';
import { UpdateUser } from './update-user.command.js';
import { PATCH_USER, UPDATE_USER } from './update-user.operation.js';
import { updateUserRequest, type UpdateUserRequest } from './update-user.request.js';

@Controller('users/:id')
export class UpdateUserController {
  constructor(private readonly commands: HttpCommandBus) {}

  @Put()
  @RequireScope('users:write')
  @Operation(UPDATE_USER)
  put(
    @Param('id', { schema: userId }) id: string,
    @Body({ schema: updateUserRequest }) changes: UpdateUserRequest,
    @Req() request: FastifyRequest,
  ): Promise<HttpResponse> {
    return this.commands.execute(
      request,
      existingUser(id),
      (context) => new UpdateUser(id, changes, context),
    );
  }

  /** The same as PUT: both change only what they name. */
  @Patch()
  @RequireScope('users:write')
  @Operation(PATCH_USER)
  patch(
    @Param('id', { schema: userId }) id: string,
    @Body({ schema: updateUserRequest }) changes: UpdateUserRequest,
    @Req() request: FastifyRequest,
  ): Promise<HttpResponse> {
    return this.put(id, changes, request);
  }
}
