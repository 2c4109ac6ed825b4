import { emailKey, userEvents, type Decider, type UserEvent } from '@eventfleet/contracts';
import { EmailAlreadyTaken, UserAlreadyExists, UserNotFound } from './user.errors.js';

export type UserState =
  | { readonly status: 'absent' }
  | { readonly status: 'active'; readonly id: string; readonly name: string; readonly email: string }
  | { readonly status: 'deleted' };

export type UserCommand =
  | { readonly type: 'create-user'; readonly id: string; readonly name: string; readonly email: string }
  | { readonly type: 'update-user'; readonly name?: string; readonly email?: string }
  | { readonly type: 'delete-user' };

export const userDecider: Decider<UserState, UserCommand, UserEvent> = {
  catalog: userEvents,
  initialState: { status: 'absent' },
  stateVersion: 1,

  decide(command, state) {
    switch (command.type) {
      case 'create-user': {
        if (state.status !== 'absent') throw new UserAlreadyExists();
        const { id, name, email } = command;
        return [{ type: 'user.created', data: { id, name, email } }];
      }
      case 'update-user': {
        if (state.status !== 'active') throw new UserNotFound();
        const name = command.name === state.name ? undefined : command.name;
        const email = command.email === state.email ? undefined : command.email;
        if (name === undefined && email === undefined) return [];
        return [
          {
            type: 'user.updated',
            data: {
              id: state.id,
              ...(name !== undefined && { name }),
              ...(email !== undefined && { email }),
            },
          },
        ];
      }
      case 'delete-user': {
        if (state.status !== 'active') throw new UserNotFound();
        return [{ type: 'user.deleted', data: { id: state.id } }];
      }
    }
  },

  evolve(state, event) {
    switch (event.type) {
      case 'user.created':
        return { status: 'active', ...event.data };
      case 'user.updated': {
        if (state.status !== 'active') return state;
        const { name = state.name, email = state.email } = event.data;
        return { ...state, name, email };
      }
      case 'user.deleted':
        return { status: 'deleted' };
    }
  },

  /** A live user holds its email. */
  claims: (state) => (state.status === 'active' ? [{ scope: 'user-email', key: emailKey(state.email) }] : []),

  claimRefused: () => new EmailAlreadyTaken(),
};
