import { emailKey, userEvents, type UserEvent } from '@eventfleet/contracts';
import { DomainError, type Decider } from '@eventfleet/domain';

export interface BenchUser {
  readonly name: string;
  readonly email: string;
}

export interface PutUser extends BenchUser {
  readonly id: string;
}

/** The part of a user's rules that appending and loading exercise: a new user claims its email, a name may change. */
export const benchDecider: Decider<BenchUser | undefined, PutUser, UserEvent> = {
  catalog: userEvents,
  initialState: undefined,
  stateVersion: 1,
  decide({ id, name, email }, user) {
    if (!user) return [{ type: 'user.created', data: { id, name, email } }];
    return name === user.name ? [] : [{ type: 'user.updated', data: { id, name } }];
  },
  evolve(user, { type, data }) {
    if (type === 'user.created') return { name: data.name, email: data.email };
    return type === 'user.updated' && user ? { ...user, name: data.name ?? user.name } : undefined;
  },
  claims: (user) => (user ? [{ scope: 'user-email', key: emailKey(user.email) }] : []),
  claimRefused: () => new DomainError('email-already-taken', 'another user has this email'),
};
