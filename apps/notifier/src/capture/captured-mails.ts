import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';

const UNFINISHED = /^\.[\da-f-]{36}\.part$/;

/** The name of a captured mail until all of it is written. */
export function unfinishedName(): string {
  return `.${randomUUID()}.part`;
}

/**
 * Removes mails that a process was writing when it died: nobody else would. If a process that lives writes one just
 * now, it does not accept that mail, and the mail is sent again later.
 */
export async function removeUnfinishedMails(folder: string): Promise<void> {
  await removeFiles(folder, (name) => UNFINISHED.test(name));
}

/**
 * Removes the mails about these events: each has the id of its event in its name.
 * @returns how many there were; 0 if there is no such folder, for then no mail was ever captured
 */
export function removeMailsAbout(folder: string, eventIds: readonly string[]): Promise<number> {
  const marks = eventIds.map((id) => `-${id}-`);
  return removeFiles(folder, (name) => marks.some((mark) => name.includes(mark)));
}

async function removeFiles(folder: string, isMeant: (name: string) => boolean): Promise<number> {
  if (!existsSync(folder)) return 0;
  const names = (await readdir(folder)).filter(isMeant);
  for (const name of names) await rm(join(folder, name), { force: true });
  return names.length;
}
