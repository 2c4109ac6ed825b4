import type { UserView } from '@eventfleet/read-models/queries';
import { RequireScope } from '@eventfleet/http';
import { Controller, Get, Query } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import {
  type ConsistencyRequirement,
  RequiredConsistency,
} from '../../consistency/consistency-requirement.js';
import { encodeCursor } from './list-users.cursor.js';
import { ListUsers } from './list-users.query.js';
import { type ListUsersParameters, listUsersParameters } from './list-users.request.js';

interface ListUsersResponse {
  readonly items: readonly UserView[];
  /** Null on the last page. */
  readonly nextCursor: string | null;
}

@Controller('users')
export class ListUsersController {
  constructor(private readonly queries: QueryBus) {}

  @Get()
  @RequireScope('users:read')
  async list(
    @Query({ schema: listUsersParameters }) parameters: ListUsersParameters,
    @RequiredConsistency() consistency: ConsistencyRequirement | undefined,
  ): Promise<ListUsersResponse> {
    const { items, next } = await this.queries.execute(new ListUsers(parameters, consistency));
    return { items, nextCursor: next ? encodeCursor(next) : null };
  }
}
