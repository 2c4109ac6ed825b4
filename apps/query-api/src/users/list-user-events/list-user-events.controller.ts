import { userId } from '@eventfleet/contracts';
import { HttpResponse, RequireScope } from '@eventfleet/http';
import { Controller, Get, HttpStatus, Param, Query } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import {
  type ConsistencyRequirement,
  RequiredConsistency,
} from '../../consistency/consistency-requirement.js';
import { ListUserEvents } from './list-user-events.query.js';
import { type ListUserEventsParameters, listUserEventsParameters } from './list-user-events.request.js';

/** The audit trail of one user, deleted ones too. */
@Controller('users')
export class ListUserEventsController {
  constructor(private readonly queries: QueryBus) {}

  @Get(':id/events')
  @RequireScope('users:history')
  async list(
    @Param('id', { schema: userId }) id: string,
    @Query({ schema: listUserEventsParameters }) parameters: ListUserEventsParameters,
    @RequiredConsistency() consistency: ConsistencyRequirement | undefined,
  ): Promise<HttpResponse> {
    const page = await this.queries.execute(new ListUserEvents(id, parameters, consistency));
    return new HttpResponse(HttpStatus.OK, { 'cache-control': 'no-store' }, page);
  }
}
