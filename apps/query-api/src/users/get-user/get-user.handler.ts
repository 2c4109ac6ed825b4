import { getUser, type UserView } from '@eventfleet/read-models/queries';
import { type IQueryHandler, QueryHandler } from '@nestjs/cqrs';
import { ConsistentReader } from '../../consistency/consistent-reader.js';
import { queryError } from '../../query-api.problems.js';
import { GetUser } from './get-user.query.js';

@QueryHandler(GetUser)
export class GetUserHandler implements IQueryHandler<GetUser> {
  constructor(private readonly reader: ConsistentReader) {}

  /** @throws ProblemError `user-not-found` */
  async execute({ id, demand }: GetUser): Promise<UserView> {
    const user = await this.reader.read('user-list', demand, ({ pool }, token) => getUser(pool, id, token));
    if (!user) throw queryError('user-not-found', 'There is no user with this id');
    return user;
  }
}
