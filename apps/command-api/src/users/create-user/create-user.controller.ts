import { type HttpResponse, Operation, RequireScope } from '@eventfleet/http';
import { newId } from '@eventfleet/ids';
import { Body, Controller, Post, Req } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { HttpCommandBus } from '../../http-commands/http-command-bus.js';
import { newUserTarget } from '../user-target.js';
import { CreateUser } from './create-user.command.js';
import { CREATE_USER } from './create-user.operation.js';
import { createUserRequest, type CreateUserRequest } from './create-user.request.js';

@Controller('users')
export class CreateUserController {
  constructor(private readonly commands: HttpCommandBus) {}

  @Post()
  @RequireScope('users:write')
  @Operation(CREATE_USER)
  create(
    @Body({ schema: createUserRequest }) { id, name, email }: CreateUserRequest,
    @Req() request: FastifyRequest,
  ): Promise<HttpResponse> {
    const user = { id: id ?? newId(), name, email };
    return this.commands.execute(
      request,
      newUserTarget(user.id),
      (context) => new CreateUser(user, id === undefined, context),
    );
  }
}
