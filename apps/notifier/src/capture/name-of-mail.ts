import { randomUUID } from 'node:crypto';

/** As the notifier makes it from the event's id and the mail's name. */
const MESSAGE_ID = /^message-id:\s*<([\w-]{1,100})\.([\w-]{1,50})@/im;

/** `<time>-<event id>-<mail>`, safe as a file name whatever the mail holds; a mail of somebody else gets an id. */
export function nameOfMail(bytes: Buffer, now: Date): string {
  const end = bytes.indexOf('\r\n\r\n');
  const headers = bytes.toString('latin1', 0, end < 0 ? bytes.length : end);
  const [, eventId, mail] = MESSAGE_ID.exec(headers) ?? [];
  const time = now.toISOString().replaceAll(':', '');
  return `${time}-${eventId && mail ? `${eventId}-${mail}` : randomUUID()}`;
}
