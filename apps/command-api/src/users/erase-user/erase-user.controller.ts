import { userAggregate, userId } from '@eventfleet/contracts';
import { erasureIdOf } from '@eventfleet/event-store';
import { HttpResponse, Operation, RequireScope } from '@eventfleet/http';
import { Body, Controller, Param, Post, Req } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import type { FastifyRequest } from 'fastify';
import { readCommandContext } from '../../http-commands/read-command-context.js';
import { deleteUserRequest } from '../delete-user/delete-user.request.js';
import { EraseUser } from './erase-user.command.js';
import { ERASE_USER } from './erase-user.operation.js';

/** Only there if personal data is encrypted. */
@Controller('users/:id/erasure')
export class EraseUserController {
  constructor(private readonly commands: CommandBus) {}

  /** The key is destroyed before the answer; copies in plain text are removed after it. The same for each repeat. */
  @Post()
  @RequireScope('users:erase')
  @Operation(ERASE_USER)
  async erase(
    @Param('id', { schema: userId }) id: string,
    @Body({ schema: deleteUserRequest }) _body: unknown,
    @Req() request: FastifyRequest,
  ): Promise<HttpResponse> {
    const result = await this.commands.execute(new EraseUser(id, readCommandContext(request)));
    if (result.kind === 'refused') throw result.error;
    const erasureId = erasureIdOf(userAggregate.name, id);
    return new HttpResponse(202, { location: `/erasures/${erasureId}` }, { erasureId });
  }
}
