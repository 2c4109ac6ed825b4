import { signVerificationToken } from '@eventfleet/contracts';
import { VERIFICATION_SECRET } from '../onboarding.ts';
import type { Random } from '../random.ts';
import type { KnownUser, KnownUsers } from './known-users.ts';
import type { Command } from './ledger.ts';

/** How often of 100 a client does what, once there are users. */
const MIX = {
  create: 24,
  verify: 22,
  rename: 30,
  renameAtVersion: 9,
  changeEmail: 8,
  createWithTakenEmail: 6,
  changeToTakenEmail: 5,
  createAgain: 2,
  changeNothing: 2,
  remove: 8,
  touchDeleted: 3,
};
const FEW_USERS = 30;
/** The same in every run, as all that a seed determines. */
const FAR_AWAY = new Date('2100-01-01T00:00:00Z');

/** The next command of a client. `nextNumber` makes names and emails that nobody else has. */
export function chooseCommand(random: Random, users: KnownUsers, nextNumber: () => number): Command {
  const id = random.uuid();
  const choice = users.count < FEW_USERS ? 'create' : random.pickWeighted(MIX);
  const newEmail = () => `user-${nextNumber()}@chaos.example`;
  const newName = () => `User ${nextNumber()}`;
  switch (choice) {
    case 'create':
      return create(id, random.uuid(), newName(), newEmail());
    case 'createWithTakenEmail':
      return create(id, random.uuid(), newName(), users.anyLive(random).email.toUpperCase());
    case 'createAgain':
      return create(id, users.anyLive(random).id, newName(), newEmail());
    case 'verify':
      return verify(id, users.anyLive(random));
    case 'rename':
      return update(id, users.anyLive(random).id, { name: newName() });
    case 'renameAtVersion': {
      const user = users.anyLive(random);
      return update(id, user.id, { name: newName() }, { ifMatch: user.version });
    }
    case 'changeEmail':
      return update(id, users.anyLive(random).id, { email: newEmail() });
    case 'changeToTakenEmail':
      return update(
        id,
        users.anyLive(random).id,
        { email: users.anyLive(random).email },
        { mayChangeNothing: true },
      );
    case 'changeNothing': {
      const user = users.anyLive(random);
      return update(id, user.id, { name: user.name }, { mayChangeNothing: true });
    }
    case 'remove':
      return remove(id, users.anyLive(random).id);
    case 'touchDeleted': {
      const userId = users.deletedCount > 0 ? users.anyDeleted(random) : random.uuid();
      return random.percent(50) ? remove(id, userId) : update(id, userId, { name: newName() });
    }
  }
}

export function create(id: string, userId: string, name: string, email: string): Command {
  return {
    id,
    kind: 'create',
    userId,
    method: 'POST',
    path: '/users',
    body: { id: userId, name, email },
    mayChangeNothing: false,
  };
}

export function update(
  id: string,
  userId: string,
  body: Readonly<Record<string, string>>,
  options: { ifMatch?: number; mayChangeNothing?: boolean } = {},
): Command {
  const { mayChangeNothing = false, ...rest } = options;
  return {
    id,
    kind: 'update',
    userId,
    method: 'PUT',
    path: `/users/${userId}`,
    body,
    mayChangeNothing,
    ...rest,
  };
}

function remove(id: string, userId: string): Command {
  return {
    id,
    kind: 'delete',
    userId,
    method: 'DELETE',
    path: `/users/${userId}`,
    mayChangeNothing: false,
  };
}

/** With the token that a mail to the user's email, as the client knows it, would carry. */
function verify(id: string, { id: userId, email }: KnownUser): Command {
  return {
    id,
    kind: 'verify',
    userId,
    method: 'POST',
    path: `/users/${userId}/verification`,
    body: { token: signVerificationToken({ userId, email, expiresAt: FAR_AWAY }, VERIFICATION_SECRET) },
    mayChangeNothing: true,
  };
}
