import {
  loadPastUsers,
  appliedVersions,
  findUser,
  STORED_USERS,
  userViewOf,
} from '@eventfleet/read-models/queries';
import type { EventStore } from '@eventfleet/event-store';
import { readModels } from '@eventfleet/read-models';
import type pg from 'pg';
import { asking } from '../console.problems.js';
import type { Stores } from '../stores/stores.js';
import type { UserAtVersion, UserInReadModel, UserSummary } from './user.view.js';

/** A user as the events say, as queries show it, and how far each read model is. Undefined if there never was one. */
export async function summarizeUser(
  { events, readStore }: Stores,
  id: string,
): Promise<UserSummary | undefined> {
  // The row is read first: the store is at least as new, so a row that keeps up never seems to be ahead.
  const { row, inReadModels } = await asking('read store', () => readRows(readStore, id));
  const version = await asking('event store', () => currentVersion(events, id));
  if (version === 0 && !row) return undefined;
  const now = await asking('event store', () => userAtVersion(events, id, version));
  return {
    id,
    version,
    now: now.state,
    row,
    readModels: inReadModels.map((each) => ({ ...each, behind: Math.max(0, version - each.version) })),
  };
}

async function readRows(pool: pg.Pool, id: string) {
  const inReadModels: Omit<UserInReadModel, 'behind'>[] = [];
  for (const { name: projection } of readModels) {
    const applied = (await appliedVersions(pool, projection, [id])).get(id);
    inReadModels.push({
      projection,
      version: applied?.version ?? 0,
      isParked: applied?.isParked ?? false,
    });
  }
  const row = await findUser(pool, id, undefined);
  return { inReadModels, row: typeof row === 'object' ? row : null };
}

/** 0 if there are no events. */
export async function currentVersion(events: EventStore, id: string): Promise<number> {
  return (await events.readVersions(STORED_USERS.catalog.aggregateType, [id])).get(id) ?? 0;
}

/** The user as the first `version` events made it. */
export async function userAtVersion(events: EventStore, id: string, version: number): Promise<UserAtVersion> {
  const past = (await loadPastUsers(events, [{ aggregateId: id, version }])).get(id)!;
  return { version: past.version, state: userViewOf(past) ?? null };
}
