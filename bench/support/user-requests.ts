import type { HttpRequest } from './http-connection.ts';
import { userEmail, userId } from './events.ts';

/** Distinguishes everything that this run sends. */
let sent = 0;

/** New users, each with an email of its own. */
export function createUser(): () => HttpRequest {
  return () => {
    const name = `Ada Lovelace ${++sent}`;
    return {
      method: 'POST',
      path: '/users',
      body: JSON.stringify({ name, email: `ada-${sent}@bench.example` }),
    };
  };
}

/** Makes the n-th user, from 1. */
export function createNth(n: number): HttpRequest {
  const body = { id: userId(n), name: `Ada Lovelace ${n}`, email: userEmail(n) };
  return { method: 'POST', path: '/users', body: JSON.stringify(body) };
}

/** Another name for one of the first `users` users, chosen by chance. */
export function updateAnyOf(users: number): () => HttpRequest {
  return () => rename(1 + Math.floor(Math.random() * users));
}

/** Another name for the first user, again and again. */
export function updateHot(): () => HttpRequest {
  return () => rename(1);
}

function rename(user: number): HttpRequest {
  return {
    method: 'PUT',
    path: `/users/${userId(user)}`,
    body: JSON.stringify({ name: `Grace Hopper ${++sent}` }),
  };
}
