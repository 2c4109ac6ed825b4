import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** A mail that the capture server has accepted. */
export interface CapturedMail {
  readonly eventId: string;
  readonly mail: string;
  readonly file: string;
}

const NAME = /^[\d-]+T[\d.]+Z-([\da-f-]{36})-([\w-]+)\.eml$/;

/** Every mail that was accepted so far, the oldest first; one that was accepted twice stands there twice. */
export async function readMails(dataDir: string): Promise<CapturedMail[]> {
  const folder = join(dataDir, 'mails');
  const names = (await readdir(folder).catch(() => [])).toSorted((a, b) => (a < b ? -1 : 1));
  return names.flatMap((name) => {
    const [, eventId, mail] = NAME.exec(name) ?? [];
    return eventId && mail ? [{ eventId, mail, file: join(folder, name) }] : [];
  });
}

/** Its text part, decoded; good for mails in ASCII. */
export async function textOf({ file }: CapturedMail): Promise<string> {
  const raw = await readFile(file, 'utf8');
  const part = /Content-Type: text\/plain[^]*?\r\n\r\n([^]*?)\r\n----_/.exec(raw)?.[1] ?? '';
  return part
    .replaceAll('=\r\n', '')
    .replaceAll(/=([\dA-F]{2})/g, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)));
}

export async function recipientOf({ file }: CapturedMail): Promise<string> {
  return /^To: (.*)\r$/m.exec(await readFile(file, 'utf8'))?.[1] ?? '';
}
