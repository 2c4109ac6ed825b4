import type { UserStatistics } from '@eventfleet/read-models/queries';
import { Operation, RequireScope } from '@eventfleet/http';
import { Controller, Get, Query } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import {
  type ConsistencyRequirement,
  RequiredConsistency,
} from '../../consistency/consistency-requirement.js';
import { GET_USER_STATISTICS } from './get-user-statistics.operation.js';
import { GetUserStatistics } from './get-user-statistics.query.js';
import { getUserStatisticsParameters } from './get-user-statistics.request.js';

@Controller('stats/users')
export class GetUserStatisticsController {
  constructor(private readonly queries: QueryBus) {}

  @Get()
  @RequireScope('users:read')
  @Operation(GET_USER_STATISTICS)
  get(
    @Query({ schema: getUserStatisticsParameters }) _parameters: unknown,
    @RequiredConsistency() consistency: ConsistencyRequirement | undefined,
  ): Promise<UserStatistics> {
    return this.queries.execute(new GetUserStatistics(consistency));
  }
}
