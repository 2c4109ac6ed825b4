import { getUserStatistics, type UserStatistics } from '@eventfleet/read-models/queries';
import { type IQueryHandler, QueryHandler } from '@nestjs/cqrs';
import { ConsistentReader } from '../../consistency/consistent-reader.js';
import { GetUserStatistics } from './user-statistics.query.js';

@QueryHandler(GetUserStatistics)
export class UserStatisticsHandler implements IQueryHandler<GetUserStatistics> {
  constructor(private readonly reader: ConsistentReader) {}

  execute({ demand }: GetUserStatistics): Promise<UserStatistics> {
    return this.reader.read('user-stats', demand, ({ pool }, token) => getUserStatistics(pool, token));
  }
}
