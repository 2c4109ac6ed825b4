import { userEvents, type UserEvent } from './user.aggregate.js';

/** A user as its events say. */
export type UserState =
  | { readonly status: 'absent' }
  | {
      /** Live. Pending: has to verify the email. Deactivated: did not. */
      readonly status: 'active' | 'pending' | 'deactivated';
      readonly id: string;
      readonly name: string;
      readonly email: string;
    }
  | { readonly status: 'deleted'; readonly isErased?: true };

const initialState: UserState = { status: 'absent' };

/** How events make a user: the one fold on which commands are decided, and by which the past is shown. Pure. */
export const userState = {
  catalog: userEvents,
  initialState,
  /** Raise it whenever `UserState` or `evolve` changes: snapshots of other versions are ignored. */
  stateVersion: 2,

  evolve(state: UserState, event: UserEvent): UserState {
    if (event.type === 'user.created') {
      const { id, name, email, status = 'active' } = event.data;
      return { status, id, name, email };
    }
    if (event.type === 'user.erased') return { status: 'deleted', isErased: true };
    if (state.status === 'absent' || state.status === 'deleted') return state;
    switch (event.type) {
      case 'user.updated': {
        const { name = state.name, email = state.email } = event.data;
        return { ...state, name, email };
      }
      case 'user.email-verified':
        return { ...state, status: 'active' };
      case 'user.verification-reminded':
        return state;
      case 'user.deactivated':
        return { ...state, status: 'deactivated' };
      case 'user.deleted':
        return { status: 'deleted' };
    }
  },
};
