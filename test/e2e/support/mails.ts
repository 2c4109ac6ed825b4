import { join } from 'node:path';
import { readMails } from '@eventfleet/testing';

/** The mails of a kind that were captured under a data folder, by the event that they tell of: how often each. */
export async function capturedMails(dataDir: string, kind: string): Promise<Map<string, number>> {
  const mails = new Map<string, number>();
  for (const { eventId, mail } of await readMails(join(dataDir, 'mails'))) {
    if (mail === kind) mails.set(eventId, (mails.get(eventId) ?? 0) + 1);
  }
  return mails;
}
