import { readdir } from 'node:fs/promises';

/** `<time>-<event id>-<mail>.eml`: the event's id is a UUID. */
const MAIL_FILE = /([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})-([a-z-]+)[.]eml$/;

/** Every mail that capture servers took into a folder, and the event that it tells of, by the names of their files. */
export async function readMails(folder: string): Promise<{ eventId: string; mail: string }[]> {
  const files = await readdir(folder).catch(() => []);
  return files.flatMap((file) => {
    const [, eventId, mail] = MAIL_FILE.exec(file) ?? [];
    return eventId === undefined || mail === undefined ? [] : [{ eventId, mail }];
  });
}
