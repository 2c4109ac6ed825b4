import {
  emailKey,
  userState,
  verificationDigest,
  type DeactivationReason,
  type UserEvent,
  type UserState,
} from '@eventfleet/contracts';
import type { Decider } from '@eventfleet/domain';
import {
  EmailAlreadyTaken,
  UserAlreadyExists,
  UserDeactivated,
  UserNotFound,
  UserNotPending,
  VerificationTokenExpired,
  VerificationTokenInvalid,
} from './user.errors.js';

export type UserCommand =
  | {
      readonly type: 'create-user';
      readonly id: string;
      readonly name: string;
      readonly email: string;
      /** Whether the email has to be verified first. */
      readonly isPending?: boolean;
    }
  | { readonly type: 'update-user'; readonly name?: string; readonly email?: string }
  | { readonly type: 'delete-user' }
  /** Of a live user too: it is deleted first. */
  | { readonly type: 'erase-user'; readonly id: string }
  /** By somebody who has shown a token for the email with this digest. */
  | { readonly type: 'verify-email'; readonly emailDigest: string; readonly isExpired: boolean }
  /** Both only of a user who waits for the verification, and only of this email if one is named by its digest. */
  | { readonly type: 'remind-user'; readonly emailDigest?: string }
  | { readonly type: 'deactivate-user'; readonly reason: DeactivationReason; readonly emailDigest?: string };

export const userDecider: Decider<UserState, UserCommand, UserEvent> = {
  ...userState,

  decide(command, state) {
    if (command.type === 'create-user') {
      if (state.status !== 'absent') throw new UserAlreadyExists();
      const { id, name, email, isPending } = command;
      return [{ type: 'user.created', data: { id, name, email, ...(isPending && { status: 'pending' }) } }];
    }
    if (state.status === 'absent') throw new UserNotFound();
    if (command.type === 'erase-user') return erase(command.id, state);
    if (state.status === 'deleted') throw new UserNotFound();
    const { id, status } = state;
    switch (command.type) {
      case 'update-user': {
        if (status === 'deactivated') throw new UserDeactivated();
        const name = command.name === state.name ? undefined : command.name;
        const email = command.email === state.email ? undefined : command.email;
        if (name === undefined && email === undefined) return [];
        return [
          {
            type: 'user.updated',
            data: { id, ...(name !== undefined && { name }), ...(email !== undefined && { email }) },
          },
        ];
      }
      case 'delete-user':
        return [{ type: 'user.deleted', data: { id } }];
      case 'verify-email': {
        if (status === 'deactivated') throw new UserDeactivated();
        if (verificationDigest(state.email) !== command.emailDigest) throw new VerificationTokenInvalid();
        if (status === 'active') return [];
        if (command.isExpired) throw new VerificationTokenExpired();
        return [{ type: 'user.email-verified', data: { id } }];
      }
      case 'remind-user': {
        if (status !== 'pending' || isOfAnotherEmail(command, state.email)) throw new UserNotPending();
        // A process manager that went back in time with the event store may send it again under another id.
        if (command.emailDigest !== undefined && state.isReminded) return [];
        return [{ type: 'user.verification-reminded', data: { id } }];
      }
      case 'deactivate-user': {
        if (status !== 'pending' || isOfAnotherEmail(command, state.email)) throw new UserNotPending();
        return [{ type: 'user.deactivated', data: { id, reason: command.reason } }];
      }
    }
  },

  /** A live user holds its email, a deactivated one too. */
  claims: (state) => ('email' in state ? [{ scope: 'user-email', key: emailKey(state.email) }] : []),

  claimRefused: () => new EmailAlreadyTaken(),
};

function erase(id: string, state: UserState): readonly UserEvent[] {
  if ('isErased' in state) return [];
  const erased: UserEvent = { type: 'user.erased', data: { id } };
  return state.status === 'deleted' ? [erased] : [{ type: 'user.deleted', data: { id } }, erased];
}

function isOfAnotherEmail({ emailDigest }: { readonly emailDigest?: string }, email: string): boolean {
  return emailDigest !== undefined && emailDigest !== verificationDigest(email);
}
