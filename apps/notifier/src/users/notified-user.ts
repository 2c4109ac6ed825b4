import { emailKey, type EventEnvelope, type UserEvent } from '@eventfleet/contracts';

/** What mails need to know of a user at one version. */
export interface NotifiedUser {
  readonly id: string;
  readonly name: string;
  readonly email: string;
  /** When the time to verify this email began; undefined for a user who need not, any more or ever. */
  readonly pendingSince: string | undefined;
  /** Whether the user has shown that this email is theirs. */
  readonly isVerified: boolean;
}

/** One event further. Undefined before the creation and after the deletion. Pure. */
export function evolve(
  user: NotifiedUser | undefined,
  event: EventEnvelope<UserEvent>,
): NotifiedUser | undefined {
  if (event.type === 'user.created') {
    const { id, name, email, status } = event.data;
    const pendingSince = status === 'pending' ? event.occurredAt : undefined;
    return { id, name, email, pendingSince, isVerified: false };
  }
  if (!user) return undefined;
  switch (event.type) {
    case 'user.updated': {
      const { name = user.name, email } = event.data;
      if (email === undefined) return { ...user, name };
      // Another address has its whole time, and the links to the one before are void.
      const isVerified = user.isVerified && emailKey(email) === emailKey(user.email);
      return { ...user, name, email, pendingSince: user.pendingSince && event.occurredAt, isVerified };
    }
    case 'user.verification-reminded':
      return user;
    case 'user.email-verified':
      return { ...user, pendingSince: undefined, isVerified: true };
    case 'user.deactivated':
      return { ...user, pendingSince: undefined };
    case 'user.deleted':
    case 'user.erased':
      return undefined;
  }
}
