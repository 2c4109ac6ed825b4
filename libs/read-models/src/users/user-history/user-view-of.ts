import type { UserState } from '@eventfleet/contracts';
import type { PastState } from '@eventfleet/event-store';
import type { UserView } from '../user-list/user-view.js';

/** A user as clients saw it at that version; undefined if there was none, or none any more. Pure. */
export function userViewOf({
  state,
  version,
  createdAt,
  updatedAt,
}: PastState<UserState>): UserView | undefined {
  if (state.status === 'absent' || state.status === 'deleted') return undefined;
  const { id, name, email, status } = state;
  if (createdAt === undefined || updatedAt === undefined)
    throw new Error('the times of the state were not read');
  return { id, name, email, status, version, createdAt, updatedAt };
}
