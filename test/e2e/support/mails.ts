import { readdir } from 'node:fs/promises';
import { join } from 'node:path';

/** `<time>-<event id>-<mail>.eml`: the event's id is a UUID. */
const MAIL_FILE = /([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})-([a-z-]+)[.]eml$/;

/** The mails of a kind that were captured under a data folder, by the event that they tell of: how often each. */
export async function capturedMails(dataDir: string, mail: string): Promise<Map<string, number>> {
  const files = await readdir(join(dataDir, 'mails')).catch(() => []);
  const mails = new Map<string, number>();
  for (const file of files) {
    const [, eventId, name] = MAIL_FILE.exec(file) ?? [];
    if (eventId !== undefined && name === mail) mails.set(eventId, (mails.get(eventId) ?? 0) + 1);
  }
  return mails;
}
