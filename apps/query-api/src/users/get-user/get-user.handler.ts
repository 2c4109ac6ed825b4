import { userList } from '@eventfleet/read-models';
import { findUsersById } from '@eventfleet/read-models/queries';
import { ProblemError } from '@eventfleet/http';
import { type IQueryHandler, QueryHandler } from '@nestjs/cqrs';
import { ReadStoreReader } from '../../consistency/read-store-reader.js';
import { ReadStore } from '../../read-store/read-store.js';
import { GetUser, type UserAnswer } from './get-user.query.js';
import { UserCache } from './user-cache.js';
import { answersFromCache } from './user-cache.metrics.js';
import { UserLoader } from './user-loader.js';

@QueryHandler(GetUser)
export class GetUserHandler implements IQueryHandler<GetUser> {
  private readonly users: UserLoader;

  constructor(
    private readonly reader: ReadStoreReader,
    private readonly cache: UserCache,
    { pool }: ReadStore,
  ) {
    this.users = new UserLoader((asked) => findUsersById(pool, asked));
  }

  /**
   * Asks the store. While the store is away, it answers from memory, if the last answer is not too old and the request
   * has no consistency token.
   * @throws ProblemError `user-not-found`
   */
  async execute({ id, consistency }: GetUser): Promise<UserAnswer> {
    try {
      const user = await this.reader.read(userList, consistency, (_store, token) =>
        this.users.load({ id, token }),
      );
      if (user) this.cache.keep(user);
      else this.cache.forget(id);
      if (user) return { user };
    } catch (error) {
      const cached = !consistency && isUnavailable(error) ? this.cache.find(id) : undefined;
      if (!cached) throw error;
      answersFromCache.inc();
      return cached;
    }
    throw new ProblemError('user-not-found', 'There is no user with this id');
  }
}

function isUnavailable(error: unknown): boolean {
  return error instanceof ProblemError && error.code === 'read-store-unavailable';
}
