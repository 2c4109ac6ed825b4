import { emailKey } from '@eventfleet/contracts';
import { findUser, findUsersByText } from '@eventfleet/read-models/lookups';
import { asking } from '../console.problems.js';
import type { Stores } from '../stores/stores.js';
import { currentVersion } from '../users/user-summary.js';
import { findByTrace } from './find-by-trace.js';
import type { FoundUser, SearchResult } from './search.view.js';

const MOST_USERS = 20;
const UUID = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/;

type Hit = Pick<FoundUser, 'id' | 'because'>;

/** Users that a text may mean, the likeliest first; 20 at most. */
export async function search(stores: Stores, text: string): Promise<SearchResult> {
  const hits = [
    ...(await byId(stores, text.toLowerCase())),
    ...(await byClaim(stores, text)),
    ...(await byText(stores, text)),
  ];
  // Events are looked for last, since that may take a while.
  if (hits.length === 0) hits.push(...(await byTrace(stores, text)));
  const unique = [...new Map(hits.map((hit) => [hit.id, hit])).values()].slice(0, MOST_USERS);
  return { users: await Promise.all(unique.map((hit) => describe(stores, hit))) };
}

async function byId({ events }: Stores, id: string): Promise<Hit[]> {
  if (!UUID.test(id)) return [];
  const version = await asking('event store', () => currentVersion(events, id));
  return version > 0 ? [{ id, because: 'id' }] : [];
}

/** Who holds the email now, whether or not the read table has it. */
async function byClaim({ events }: Stores, text: string): Promise<Hit[]> {
  if (!text.includes('@')) return [];
  const claims = [{ scope: 'user-email', key: emailKey(text) }];
  const held = await asking('event store', () => events.readClaims(claims));
  return held.map(({ aggregateId }) => ({ id: aggregateId, because: 'email' }));
}

async function byText({ readStore }: Stores, text: string): Promise<Hit[]> {
  const ids = await asking('read store', () => findUsersByText(readStore, text, MOST_USERS));
  return ids.map((id) => ({ id, because: text.includes('@') ? 'email' : 'name' }));
}

async function byTrace({ eventStore }: Stores, text: string): Promise<Hit[]> {
  return asking('event store', () => findByTrace(eventStore, text, MOST_USERS));
}

async function describe({ readStore }: Stores, { id, because }: Hit): Promise<FoundUser> {
  const row = await asking('read store', () => findUser(readStore, id, undefined));
  const user = typeof row === 'object' ? row : undefined;
  return { id, name: user?.name ?? null, email: user?.email ?? null, because };
}
