import type { UserState } from '@eventfleet/contracts';
import type { PastState } from '@eventfleet/event-store';
import type { UserView } from '../user-list/user-view.js';
import { isErasedUser } from './audit-item.js';

/** A user as it was; its personal fields are null if they are erased by now. */
export type PastUserView =
  | UserView
  | (Omit<UserView, 'name' | 'email'> & { readonly name: null; readonly email: null; readonly erased: true });

/** A user as clients saw it at that version; undefined if there was none, or none any more. Pure. */
export function userViewOf({
  state,
  version,
  createdAt,
  updatedAt,
}: PastState<UserState>): PastUserView | undefined {
  if (state.status === 'absent' || state.status === 'deleted') return undefined;
  const { id, name, email, status } = state;
  if (createdAt === undefined || updatedAt === undefined)
    throw new Error('the times of the state were not read');
  const view = { id, name, email, status, version, createdAt, updatedAt };
  return isErasedUser(state) ? { ...view, name: null, email: null, erased: true } : view;
}
