import { appendBatch } from '@eventfleet/event-store';
import { withClient } from '@eventfleet/testing';
import { newEvent, userEmail, userId } from './events.ts';

/** Appends a user with so many versions: created, then renamed again and again. */
export async function seedHistory(eventStoreUrl: string, user: number, versions: number): Promise<void> {
  const id = userId(user);
  const events = Array.from({ length: versions }, (_, index) => {
    const version = index + 1;
    const name = nameAfter(version);
    return newEvent(
      version,
      user,
      version,
      version === 1
        ? { type: 'user.created', data: { id, name, email: userEmail(user) } }
        : { type: 'user.updated', data: { id, name } },
    );
  });
  await withClient(
    eventStoreUrl,
    async (client) => {
      await appendBatch(client, { answers: [], releases: [], takes: [], events });
      await client.query('vacuum analyze events');
    },
    { pipeline: true },
  );
}

/** The user's name at this version. */
export function nameAfter(version: number): string {
  return `Name ${version}`;
}
