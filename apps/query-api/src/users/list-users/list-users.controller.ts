import { HttpResponse, limitExpensive, Operation, RequireScope } from '@eventfleet/http';
import { Controller, Get, HttpStatus, Query, Req } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import type { FastifyRequest } from 'fastify';
import {
  type ConsistencyRequirement,
  RequiredConsistency,
} from '../../consistency/consistency-requirement.js';
import { encodeCursor } from './list-users.cursor.js';
import { LIST_USERS } from './list-users.operation.js';
import { ListUsers } from './list-users.query.js';
import { type ListUsersParameters, listUsersParameters } from './list-users.request.js';

@Controller('users')
export class ListUsersController {
  constructor(private readonly queries: QueryBus) {}

  @Get()
  @RequireScope('users:read')
  @Operation(LIST_USERS)
  async list(
    @Query({ schema: listUsersParameters }) parameters: ListUsersParameters,
    @RequiredConsistency() consistency: ConsistencyRequirement | undefined,
    @Req() request: FastifyRequest,
  ): Promise<HttpResponse> {
    limitExpensive(request);
    const { items, next } = await this.queries.execute(new ListUsers(parameters, consistency));
    const nextCursor = JSON.stringify(next ? encodeCursor(next) : null);
    const headers = { 'cache-control': 'no-store', 'content-type': 'application/json; charset=utf-8' };
    return new HttpResponse(
      HttpStatus.OK,
      headers,
      `{"items":[${items.join(',')}],"nextCursor":${nextCursor}}`,
    );
  }
}
