import { signal } from '@preact/signals';
import type { SessionView } from '../../../src/login/session.view.ts';

/** Who is logged in; undefined before the console has said so. */
export const session = signal<SessionView | undefined>(undefined);

const RETRY_MS = 3_000;

/** Asks until the console has answered once. */
export async function loadSession(): Promise<void> {
  await reloadSession();
  if (!session.value) setTimeout(() => void loadSession(), RETRY_MS);
}

/** Asks again, such as after the console has refused something. */
export async function reloadSession(): Promise<void> {
  const response = await fetch('/api/session').catch(() => undefined);
  if (response?.ok) session.value = (await response.json()) as SessionView;
}

export async function logOut(): Promise<void> {
  await fetch('/logout', { method: 'POST' });
  await reloadSession();
}

/** Where the browser logs in, to come back to what it shows now. */
export function loginAddress({ pathname, search }: Pick<Location, 'pathname' | 'search'>): string {
  return `/login?${new URLSearchParams({ to: pathname + search })}`;
}
