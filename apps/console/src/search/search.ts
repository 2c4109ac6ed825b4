import { emailKey } from '@eventfleet/contracts';
import { findTraces, type TraceFilter } from '@eventfleet/event-store';
import { findUser, findUsersByText } from '@eventfleet/read-models/queries';
import { ask } from '@eventfleet/resilience';
import { asking } from '../console.problems.js';
import type { Stores } from '../stores/stores.js';
import { currentVersion } from '../users/user-summary.js';
import type { FoundUser, SearchResult } from './search.view.js';

const MOST_USERS = 20;
const MOST_EVENTS = 200;
const UUID = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/;

type Hit = Pick<FoundUser, 'id' | 'because'>;

/**
 * Users that a text may mean, the likeliest first; 20 at most. Without the read store they are found by ids and emails.
 * @throws ProblemError `server-unavailable` without the event store, or if only the read store could tell
 */
export async function search(stores: Stores, text: string): Promise<SearchResult> {
  const [byText] = await Promise.allSettled([findByText(stores, text)]);
  const hits = [
    ...(await findById(stores, text.toLowerCase())),
    ...(await findByClaim(stores, text)),
    ...(byText.status === 'fulfilled' ? byText.value : []),
  ];
  // Events are looked for last, since that may take a while.
  if (hits.length === 0) hits.push(...(await findByEvent(stores, text)));
  if (hits.length === 0 && byText.status === 'rejected') throw byText.reason;
  const unique = [...new Map(hits.map((hit) => [hit.id, hit])).values()].slice(0, MOST_USERS);
  return { users: await Promise.all(unique.map((hit) => describe(stores, hit))) };
}

async function findById({ events }: Stores, id: string): Promise<Hit[]> {
  if (!UUID.test(id)) return [];
  const version = await asking('event store', () => currentVersion(events, id));
  return version > 0 ? [{ id, because: 'id' }] : [];
}

/** Who holds the email now, whether or not the read table has it. */
async function findByClaim({ events }: Stores, text: string): Promise<Hit[]> {
  if (!text.includes('@')) return [];
  const claims = [{ scope: 'user-email', key: emailKey(text) }];
  const held = await asking('event store', () => events.readClaims(claims));
  return held.map(({ aggregateId }) => ({ id: aggregateId, because: 'email' }));
}

async function findByText({ readStore }: Stores, text: string): Promise<Hit[]> {
  const ids = await asking('read store', () => findUsersByText(readStore, text, MOST_USERS));
  return ids.map((id) => ({ id, because: text.includes('@') ? 'email' : 'name' }));
}

async function findByEvent({ eventStore }: Stores, text: string): Promise<Hit[]> {
  const find = async (filter: TraceFilter, because: Hit['because']) => {
    const found = await asking('event store', () => findTraces(eventStore, filter, MOST_EVENTS));
    return found.map(({ aggregateId }) => ({ id: aggregateId, because }));
  };
  const byEvent = UUID.test(text.toLowerCase()) ? await find({ eventId: text.toLowerCase() }, 'event') : [];
  return byEvent.length > 0 ? byEvent : find({ correlationId: text }, 'correlation');
}

async function describe({ readStore }: Stores, { id, because }: Hit): Promise<FoundUser> {
  const row = await ask(() => findUser(readStore, id, undefined));
  const user = row.ok && typeof row.value === 'object' ? row.value : undefined;
  return { id, name: user?.name ?? null, email: user?.email ?? null, because };
}
