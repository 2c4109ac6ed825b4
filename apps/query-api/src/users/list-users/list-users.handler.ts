import { userList } from '@eventfleet/read-models';
import { findUsers, type UserPage } from '@eventfleet/read-models/queries';
import { type IQueryHandler, QueryHandler } from '@nestjs/cqrs';
import { ListReader } from '../../consistency/list-reader.js';
import { ListUsers } from './list-users.query.js';

@QueryHandler(ListUsers)
export class ListUsersHandler implements IQueryHandler<ListUsers> {
  constructor(private readonly reader: ListReader) {}

  execute({ parameters: { limit, cursor, ...filter }, consistency }: ListUsers): Promise<UserPage> {
    return this.reader.read(userList, consistency, ({ pool }, token) =>
      findUsers(pool, filter, { limit, after: cursor }, token),
    );
  }
}
