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
      /** The user was reminded to verify this email. */
      readonly isReminded?: true;
    }
  | { readonly status: 'deleted'; readonly isErased?: true };

const initialState: UserState = { status: 'absent' };

/** How events make a user: the one fold on which commands are decided, and by which the past is shown. Pure. */
export const userState = {
  catalog: userEvents,
  initialState,
  /** Raise it whenever `UserState` or `evolve` changes: snapshots of other versions are ignored. */
  stateVersion: 3,

  evolve(state: UserState, event: UserEvent): UserState {
    if (event.type === 'user.created') {
      const { id, name, email, status = 'active' } = event.data;
      return { status, id, name, email };
    }
    if (event.type === 'user.erased') return { status: 'deleted', isErased: true };
    if (state.status === 'absent' || state.status === 'deleted') return state;
    switch (event.type) {
      case 'user.updated': {
        const { name = state.name, email } = event.data;
        if (email === undefined) return { ...state, name };
        const { status, id } = state;
        return { status, id, name, email };
      }
      case 'user.email-verified':
        return { ...state, status: 'active' };
      case 'user.verification-reminded':
        return { ...state, isReminded: true };
      case 'user.deactivated':
        return { ...state, status: 'deactivated' };
      case 'user.deleted':
        return { status: 'deleted' };
    }
  },
};
