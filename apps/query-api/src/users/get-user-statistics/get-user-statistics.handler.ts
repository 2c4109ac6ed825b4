import { userStats } from '@eventfleet/read-models';
import { readUserStatistics, type UserStatistics } from '@eventfleet/read-models/queries';
import { type IQueryHandler, QueryHandler } from '@nestjs/cqrs';
import { ListReader } from '../../consistency/list-reader.js';
import { GetUserStatistics } from './get-user-statistics.query.js';

@QueryHandler(GetUserStatistics)
export class GetUserStatisticsHandler implements IQueryHandler<GetUserStatistics> {
  constructor(private readonly reader: ListReader) {}

  execute({ consistency }: GetUserStatistics): Promise<UserStatistics> {
    return this.reader.read(userStats, consistency, ({ pool }, token) => readUserStatistics(pool, token));
  }
}
