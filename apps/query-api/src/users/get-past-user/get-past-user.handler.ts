import type { UserState } from '@eventfleet/contracts';
import type { EventStore, PastState } from '@eventfleet/event-store';
import { ProblemError } from '@eventfleet/http';
import {
  BEHIND,
  loadPastUsers,
  STORED_USERS,
  userViewOf,
  type PastUserView,
} from '@eventfleet/read-models/queries';
import { type IQueryHandler, QueryHandler } from '@nestjs/cqrs';
import { EventStoreReader } from '../../consistency/event-store-reader.js';
import { GetPastUser, type Moment } from './get-past-user.query.js';

@QueryHandler(GetPastUser)
export class GetPastUserHandler implements IQueryHandler<GetPastUser> {
  constructor(private readonly reader: EventStoreReader) {}

  /**
   * The user as its events made it up to that moment.
   * @throws ProblemError `user-not-found` before the creation and after the deletion; `no-such-version`
   */
  async execute({ id, moment, consistency }: GetPastUser): Promise<PastUserView> {
    const { past, version } = await this.reader.read(STORED_USERS, consistency, async (store, token) => {
      if (token && !(await store.reflects(STORED_USERS.catalog, token))) return BEHIND;
      return loadPast(store.events, id, moment);
    });
    if (past.version > 0 && past.version < version)
      throw new ProblemError('no-such-version', `The user is at version ${past.version}`);
    const user = userViewOf(past);
    if (!user) throw new ProblemError('user-not-found', 'There was no user with this id then');
    return user;
  }
}

/** The state at a moment, and the version that the moment stands for. */
async function loadPast(
  eventStore: EventStore,
  id: string,
  moment: Moment,
): Promise<{ past: PastState<UserState>; version: number }> {
  const stream = { aggregateType: STORED_USERS.catalog.aggregateType, aggregateId: id };
  const version = 'at' in moment ? await eventStore.findVersionAt(stream, moment.at) : moment.version;
  const states = await loadPastUsers(eventStore, [{ aggregateId: id, version }]);
  return { past: states.get(id)!, version };
}
