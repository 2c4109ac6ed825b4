import type { UserStatistics } from '@eventfleet/read-models/queries';
import { Controller, Get, Query } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { type ConsistencyDemand, Demand } from '../../consistency/consistency-demand.js';
import { GetUserStatistics } from './get-user-statistics.query.js';
import { getUserStatisticsParameters } from './get-user-statistics.request.js';

@Controller('stats/users')
export class GetUserStatisticsController {
  constructor(private readonly queries: QueryBus) {}

  @Get()
  get(
    @Query({ schema: getUserStatisticsParameters }) _parameters: unknown,
    @Demand() demand: ConsistencyDemand | undefined,
  ): Promise<UserStatistics> {
    return this.queries.execute(new GetUserStatistics(demand));
  }
}
