import type { EventStore } from '@eventfleet/event-store';
import { ProblemError } from '@eventfleet/http';
import { BEHIND } from '@eventfleet/read-models/queries';
import { type IQueryHandler, QueryHandler } from '@nestjs/cqrs';
import { EventStoreReader } from '../../consistency/event-store-reader.js';
import { toAuditItems } from '../history/audit-item.js';
import { loadPastUsers, STORED_USERS } from '../history/stored-users.js';
import { ListUserEvents, type AuditTrailPage } from './list-user-events.query.js';
import type { ListUserEventsParameters } from './list-user-events.request.js';

@QueryHandler(ListUserEvents)
export class ListUserEventsHandler implements IQueryHandler<ListUserEvents> {
  constructor(private readonly reader: EventStoreReader) {}

  /** A page of the user's events, with what each changed. @throws ProblemError `user-not-found` if there are none at all */
  async execute({ id, parameters, consistency }: ListUserEvents): Promise<AuditTrailPage> {
    const page = await this.reader.read(STORED_USERS, consistency, async (store, token) => {
      if (token && !(await store.reflects(STORED_USERS.catalog, token))) return BEHIND;
      return readPage(store.events, id, parameters);
    });
    if (!page) throw new ProblemError('user-not-found', 'There never was a user with this id');
    return page;
  }
}

async function readPage(
  eventStore: EventStore,
  id: string,
  { after, limit }: ListUserEventsParameters,
): Promise<AuditTrailPage | undefined> {
  const stream = { aggregateType: STORED_USERS.catalog.aggregateType, aggregateId: id };
  const states = await loadPastUsers(eventStore, [{ aggregateId: id, version: after }]);
  const before = states.get(id)!;
  if (before.version < after) return before.version === 0 ? undefined : { items: [], nextCursor: null };
  // One more than the page tells whether there is a next one.
  const range = { fromVersion: after + 1, toVersion: after + limit + 1 };
  const events = await eventStore.readStream(stream, range);
  if (events.length === 0 && after === 0) return undefined;
  const items = toAuditItems(events.slice(0, limit), before.state);
  return { items, nextCursor: events.length > limit ? items.at(-1)!.version : null };
}
