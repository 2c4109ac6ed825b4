import { userId } from '@eventfleet/contracts';
import { HttpResponse, limitExpensive, Operation, RequireScope } from '@eventfleet/http';
import { Controller, Get, HttpStatus, Param, Query, Req } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import type { FastifyRequest } from 'fastify';
import {
  type ConsistencyRequirement,
  RequiredConsistency,
} from '../../consistency/consistency-requirement.js';
import { LIST_USER_EVENTS } from './list-user-events.operation.js';
import { ListUserEvents } from './list-user-events.query.js';
import { type ListUserEventsParameters, listUserEventsParameters } from './list-user-events.request.js';

/** The audit trail of one user, deleted ones too. */
@Controller('users')
export class ListUserEventsController {
  constructor(private readonly queries: QueryBus) {}

  @Get(':id/events')
  @RequireScope('users:history')
  @Operation(LIST_USER_EVENTS)
  async list(
    @Param('id', { schema: userId }) id: string,
    @Query({ schema: listUserEventsParameters }) parameters: ListUserEventsParameters,
    @RequiredConsistency() consistency: ConsistencyRequirement | undefined,
    @Req() request: FastifyRequest,
  ): Promise<HttpResponse> {
    limitExpensive(request);
    const page = await this.queries.execute(new ListUserEvents(id, parameters, consistency));
    return new HttpResponse(HttpStatus.OK, { 'cache-control': 'no-store' }, page);
  }
}
