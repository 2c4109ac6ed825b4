import { chmod, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MailSender } from '../smtp/mail-sender.js';
import type { SendOutcome } from '../smtp/send-outcome.js';
import { startCaptureServer, type CaptureServer } from './capture-server.js';

let folder: string;
let server: CaptureServer;
let sender: MailSender;

beforeEach(async () => {
  folder = join(await mkdtemp(join(tmpdir(), 'eventfleet-mails-')), 'mails');
  server = await startCaptureServer(folder);
  sender = new MailSender({
    url: server.url,
    from: 'Fleet <fleet@example.org>',
    connections: 2,
    stepTimeoutMs: 3_000,
  });
});
afterEach(async () => {
  sender.close();
  await server.close();
  await rm(join(folder, '..'), { recursive: true });
});

const send = (messageId: string, mail: { to?: string; text?: string } = {}): Promise<SendOutcome> =>
  sender.send(
    { messageId, to: 'ann@example.org', subject: 'Hi', text: 'text', html: '<p>html</p>', ...mail },
    AbortSignal.timeout(5_000),
  );

describe('the capture server', () => {
  it('keeps them from other users of the machine', async () => {
    await chmod(folder, 0o755);
    await server.close();
    server = await startCaptureServer(folder);
    sender.close();
    sender = new MailSender({
      url: server.url,
      from: 'fleet@example.org',
      connections: 1,
      stepTimeoutMs: 3_000,
    });
    await send('one.welcome@eventfleet');
    const paths = [folder, ...(await readdir(folder)).map((file) => join(folder, file))];
    const modes = await Promise.all(paths.map(async (path) => (await stat(path)).mode & 0o777));
    expect(modes).toEqual([0o700, 0o600]);
  });

  it('keeps each accepted mail as a file of its own, named by time, event and mail', async () => {
    const id = '0190b6e8-5c1a-7000-8000-000000000001';
    for (const mail of ['welcome', 'email-changed-notice', 'welcome']) {
      expect(await send(`${id}.${mail}@eventfleet`)).toEqual({ kind: 'accepted' });
    }
    const files = (await readdir(folder)).toSorted();
    expect(files).toHaveLength(3);
    expect(files.filter((file) => file.endsWith(`Z-${id}-welcome.eml`))).toHaveLength(2);
    const raw = await readFile(join(folder, files[0]!), 'utf8');
    expect(raw).toContain('From: Fleet <fleet@example.org>\r\n');
    expect(raw).toContain('To: ann@example.org\r\n');
    expect(raw).toContain(`Message-ID: <${id}.welcome@eventfleet>\r\n`);
    expect(raw).toContain('Auto-Submitted: auto-generated\r\n');
    expect(raw).toMatch(/text\/plain[^]*text[^]*text\/html[^]*<p>html<\/p>/);
  });

  it('removes at its start what a process that died had not finished, and nothing else', async () => {
    const mail = '2026-01-01T000000.000Z-one-welcome.eml';
    await writeFile(join(folder, '.0190b6e8-5c1a-4000-8000-000000000001.part'), 'To: ann@example.org');
    await writeFile(join(folder, mail), 'To: bea@example.org');
    await server.close();
    server = await startCaptureServer(folder);
    expect(await readdir(folder)).toEqual([mail]);
  });

  it('takes mails from others, by no name that they could choose', async () => {
    await send('../../etc/passwd.welcome@eventfleet');
    await send('x@example.org');
    const files = await readdir(folder);
    expect(files).toHaveLength(2);
    for (const file of files) expect(file).toMatch(/^[\dTZ.-]+-[\da-f-]{36}\.eml$/);
  });

  it('takes addresses beyond ASCII', async () => {
    expect(await send('x.welcome@eventfleet', { to: 'jürgen@exämple.org' })).toEqual({ kind: 'accepted' });
  });

  it('refuses what is too large, and keeps nothing of it', async () => {
    const outcome = await send('x.welcome@eventfleet', { text: 'x'.repeat(300_000) });
    expect(outcome).toMatchObject({ kind: 'refused' });
    expect(await readdir(folder)).toEqual([]);
  });

  it.each(['ann@example.org\r\nRCPT TO:<eve@example.org>', 'ann@example.org>\r\nBcc: <eve@example.org', ''])(
    'never gets a recipient that an address smuggles in: %j',
    async (to) => {
      const outcome = await send('x.welcome@eventfleet', { to });
      const files = await readdir(folder);
      if (outcome.kind === 'refused') expect(files).toEqual([]);
      else expect(await readFile(join(folder, files[0]!), 'utf8')).not.toMatch(/^(bcc|rcpt)/im);
    },
  );
});
