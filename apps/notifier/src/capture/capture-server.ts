import { chmod, mkdir, rename, rm, writeFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { SMTPServer, type SMTPServerDataStream } from 'smtp-server';
import { removeUnfinishedMails, unfinishedName } from './captured-mails.js';
import { nameOfMail } from './name-of-mail.js';

export interface CaptureServer {
  /** For nobody but this machine. */
  readonly url: string;
  close(): Promise<void>;
}

const MAX_MAIL_BYTES = 256 * 1024;
/** For whoever is in the middle of a mail when the server is closed. */
const CLOSE_MS = 1_000;

/**
 * A mail server that delivers nothing: each mail that it accepts is a file of its own in the folder, whole from the
 * moment that it has its name, `<time>-<event id>-<mail>.eml`, and there before the mail is accepted. Without a mail
 * server of one's own, this is where the mails are, for this process's user alone.
 */
export async function startCaptureServer(folder: string): Promise<CaptureServer> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await chmod(folder, 0o700);
  await removeUnfinishedMails(folder);
  const server = new SMTPServer({
    disabledCommands: ['AUTH', 'STARTTLS'],
    disableReverseLookup: true,
    logger: false,
    size: MAX_MAIL_BYTES,
    hideSMTPUTF8: false,
    closeTimeout: CLOSE_MS,
    onData(stream, _session, answer) {
      capture(stream, folder).then(
        () => answer(null),
        (error: unknown) => answer(error instanceof Error ? error : new Error('not stored')),
      );
    },
  });
  // A client that breaks its connection is its own matter.
  server.on('error', () => undefined);
  await new Promise<void>((resolve, reject) => {
    server.server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.server.address() as AddressInfo;
  return {
    url: `smtp://127.0.0.1:${port}`,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

/** @throws Error with the SMTP answer to give, when the mail is too large or cannot be written */
async function capture(stream: SMTPServerDataStream, folder: string): Promise<void> {
  const bytes = await readAll(stream);
  if (stream.sizeExceeded || !bytes) {
    throw Object.assign(new Error(`a mail has at most ${MAX_MAIL_BYTES} bytes`), { responseCode: 552 });
  }
  const hidden = join(folder, unfinishedName());
  try {
    await writeFile(hidden, bytes, { mode: 0o600 });
    await rename(hidden, join(folder, `${nameOfMail(bytes, new Date())}.eml`));
  } catch (cause) {
    await rm(hidden, { force: true }).catch(() => undefined);
    throw Object.assign(new Error('the mail cannot be stored now', { cause }), { responseCode: 451 });
  }
}

/** Reads to the end, which SMTP demands, but keeps no more than a mail may have. */
async function readAll(stream: Readable): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length <= MAX_MAIL_BYTES) chunks.push(chunk);
  }
  return length <= MAX_MAIL_BYTES ? Buffer.concat(chunks) : undefined;
}
