import { userStats } from '@eventfleet/read-models';
import { readUserStatistics, type UserStatistics } from '@eventfleet/read-models/queries';
import { type IQueryHandler, QueryHandler } from '@nestjs/cqrs';
import { ReadStoreReader } from '../../consistency/read-store-reader.js';
import { GetUserStatistics } from './get-user-statistics.query.js';

@QueryHandler(GetUserStatistics)
export class GetUserStatisticsHandler implements IQueryHandler<GetUserStatistics> {
  constructor(private readonly reader: ReadStoreReader) {}

  execute({ consistency }: GetUserStatistics): Promise<UserStatistics> {
    return this.reader.read(userStats, consistency, ({ pool }, token) => readUserStatistics(pool, token));
  }
}
