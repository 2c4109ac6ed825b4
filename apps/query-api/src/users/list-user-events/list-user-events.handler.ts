import { ProblemError } from '@eventfleet/http';
import { BEHIND, readAuditTrail, STORED_USERS, type AuditTrailPage } from '@eventfleet/read-models/queries';
import { type IQueryHandler, QueryHandler } from '@nestjs/cqrs';
import { EventStoreReader } from '../../consistency/event-store-reader.js';
import { ListUserEvents } from './list-user-events.query.js';

@QueryHandler(ListUserEvents)
export class ListUserEventsHandler implements IQueryHandler<ListUserEvents> {
  constructor(private readonly reader: EventStoreReader) {}

  /** A page of the user's events, with what each changed. @throws ProblemError `user-not-found` if there are none at all */
  async execute({ id, parameters, consistency }: ListUserEvents): Promise<AuditTrailPage> {
    const page = await this.reader.read(STORED_USERS, consistency, async (store, token) => {
      if (token && !(await store.reflects(STORED_USERS.catalog, token))) return BEHIND;
      return readAuditTrail(store.events, id, parameters);
    });
    if (!page) throw new ProblemError('user-not-found', 'There never was a user with this id');
    return page;
  }
}
