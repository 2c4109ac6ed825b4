import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { NOTIFIER_QUEUE, toAmqpMessage, userEvents, type UserEvent } from '@eventfleet/contracts';
import { RabbitmqPublisher } from '@eventfleet/rabbitmq';
import {
  describeWithRabbitmq,
  eventually,
  recordedHistory,
  uniquePrefix,
  type AppProcess,
} from '@eventfleet/testing';
import { startFleet, type Fleet } from './support/fleet.js';
import { follow, followAndConfirm } from './support/follow-link.js';
import { send } from './support/http.js';
import { request } from './support/request.js';
import { readMails, recipientOf, textOf, type CapturedMail } from './support/mail-folder.js';

/** What users wait for at most, on a busy machine: from the answer to the file. */
const SOON_MS = 15_000;

describeWithRabbitmq('a user of a fleet that sends mails', (rabbitmqUrl) => {
  let dataDir: string;
  let fleet: Fleet;
  let notifier: AppProcess;
  let users: string;
  const settings = { url: rabbitmqUrl, prefix: uniquePrefix('mails') };

  beforeAll(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'eventfleet-mails-'));
    const env = {
      RABBITMQ_URL: rabbitmqUrl,
      RABBITMQ_PREFIX: settings.prefix,
      EVENTFLEET_DATA_DIR: dataDir,
      ONBOARDING: 'on',
      VERIFICATION_SECRET: 'a-secret-that-only-this-test-knows',
      EVENT_SIGNING_KEYS: `2026-11:${Buffer.alloc(32, 1).toString('base64')}`,
    };
    fleet = await startFleet('mails', { projectors: 1, queryApis: 1, env });
    users = `${fleet.commandApis[0]!.url}/users`;
    notifier = await fleet.start('notifier', { PUBLIC_URL: fleet.commandApis[0]!.url });
  });
  afterAll(async () => {
    await notifier.stop();
    await fleet.stop();
    await rm(dataDir, { recursive: true });
  });

  async function mailTo(address: string, name: string): Promise<CapturedMail> {
    return eventually(
      async () => {
        for (const mail of await readMails(dataDir)) {
          if (mail.mail === name && (await recipientOf(mail)) === address) return mail;
        }
        return undefined;
      },
      { deadlineMs: SOON_MS, describe: `${name} to ${address}` },
    );
  }

  const emailOf = (id: string) => `${id}@example.org`;

  async function create(): Promise<string> {
    const id = randomUUID();
    const answer = await send('POST', users, { id, name: 'Ada Lovelace', email: emailOf(id) });
    expect(answer.status).toBe(201);
    return id;
  }

  async function statusOf(id: string, version: number): Promise<unknown> {
    const address = `${fleet.queryApis[0]!.url}/users/${id}`;
    return eventually(async () => {
      const { body } = await send('GET', address);
      return body['version'] === version && body['status'];
    });
  }

  const linkIn = (text: string) => /http:\/\/\S+/.exec(text)?.[0] ?? '';

  it('is welcomed soon, and verified by following the link', async () => {
    await mailTo(emailOf(await create()), 'welcome');
    const id = await create();
    const welcome = await mailTo(emailOf(id), 'welcome');
    const text = await textOf(welcome);
    expect(text).toMatch(/^Hello,/);
    expect(await statusOf(id, 1)).toBe('pending');

    expect((await follow(linkIn(text))).status).toBe(200);
    expect((await followAndConfirm(linkIn(text))).status).toBe(200);
    expect(await statusOf(id, 2)).toBe('active');
  });

  it('who changes the email is told so at both addresses, and verified by the new link alone', async () => {
    const id = await create();
    const before = linkIn(await textOf(await mailTo(emailOf(id), 'welcome')));
    const email = `new-${emailOf(id)}`;
    expect((await send('PUT', `${users}/${id}`, { email })).status).toBe(200);

    const after = linkIn(await textOf(await mailTo(email, 'email-changed')));
    expect(await textOf(await mailTo(emailOf(id), 'email-changed-notice'))).not.toContain('http');
    expect((await followAndConfirm(before)).status).toBe(403);
    expect((await followAndConfirm(after)).status).toBe(200);
    expect(await statusOf(id, 3)).toBe('active');
  });

  it('who is deleted is said goodbye', async () => {
    const id = await create();
    expect((await send('DELETE', `${users}/${id}`)).status).toBe(200);
    await mailTo(emailOf(id), 'goodbye');
    expect(await notifierIsQuiet(id)).toBe(true);
  });

  it('gets no mail on the word of a message that the fleet has not signed', async () => {
    const id = randomUUID();
    const data = { id, name: 'Eve', email: emailOf(id) };
    const [forged] = recordedHistory<UserEvent>(userEvents, id, [{ type: 'user.created', data }]);
    const { content, ...message } = toAmqpMessage(forged!);
    const publisher = new RabbitmqPublisher({
      settings,
      name: 'test',
      exchanges: [userEvents.topic],
      queues: [],
    });
    await publisher.publish(userEvents.topic, [{ ...message, content: Buffer.from(content) }]);
    await publisher.close();

    const listed = await eventually(async () => {
      const list = await fleet.cli('dead-letter', 'list');
      return list.includes('foreign-event') && list;
    });
    expect(listed).toContain(`${settings.prefix}${NOTIFIER_QUEUE.deadLetterQueue}`);
    const metrics = await (await request(`${notifier.url}/metrics`)).text();
    expect(metrics).toContain('eventfleet_notifier_foreign_events_total 1');
  });

  /** No personal data in the log. */
  async function notifierIsQuiet(id: string): Promise<boolean> {
    return !notifier.logs().includes(emailOf(id)) && !notifier.logs().includes('Ada');
  }
});
