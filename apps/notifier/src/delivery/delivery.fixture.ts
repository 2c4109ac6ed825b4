import { randomUUID } from 'node:crypto';
import { startScriptedSmtp, type Deviation, type ScriptedSmtp } from '@eventfleet/testing';
import { pino } from 'pino';
import { MailSender } from '../smtp/mail-sender.js';
import type { MailFailure } from './failure-report.js';
import type { InboxFixture } from './inbox.fixture.js';
import { MailDelivery, type DueMail, type MailDeliveryOptions } from './mail-delivery.js';

export interface DeliveryFixture {
  readonly smtp: ScriptedSmtp;
  /** What was reported as failed. */
  readonly reports: MailFailure[];
  /** A welcome mail that nobody has tried to send. */
  readonly due: DueMail;
  /** Another copy of the app. */
  copy(options?: Partial<MailDeliveryOptions>): MailDelivery;
  /** A sender of its own, closed with the rest. */
  senderTo(url: string): MailSender;
  close(): Promise<void>;
}

/** Does each of these once, in turn, and then nothing out of the ordinary. */
export function inTurn(...deviations: Deviation[]): () => Deviation {
  return () => deviations.shift();
}

export async function openDelivery(inbox: InboxFixture): Promise<DeliveryFixture> {
  const userId = randomUUID();
  const to = 'ann@example.org';
  const [event] = await inbox.store(userId, [
    { type: 'user.created', data: { id: userId, name: 'Ann', email: to } },
  ]);
  const content = { subject: 'Hi', text: 'text', html: '<p>' };
  const reports: MailFailure[] = [];
  const senders: MailSender[] = [];
  const smtp = await startScriptedSmtp();

  function senderTo(url: string): MailSender {
    const sender = new MailSender({ url, from: 'fleet@example.org', connections: 8, stepTimeoutMs: 60_000 });
    senders.push(sender);
    return sender;
  }

  const defaults: MailDeliveryOptions = {
    pool: inbox.pool,
    sender: senderTo(smtp.url),
    report: { publish: async (failure) => void reports.push(failure) },
    logger: pino({ level: 'silent' }),
    sendTimeoutMs: 5_000,
    giveUpAfterMs: 86_400_000,
    addressPerDay: 0,
    userPerDay: 0,
  };
  return {
    smtp,
    reports,
    due: { ...content, event: event!, eventId: event!.eventId, mail: 'welcome', to },
    copy: (options) => new MailDelivery({ ...defaults, ...options }),
    senderTo,
    async close() {
      for (const sender of senders) sender.close();
      await smtp.close();
    },
  };
}
