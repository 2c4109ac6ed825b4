import { setTimeout as delay } from 'node:timers/promises';
import { emailKey, type RecordedEvent } from '@eventfleet/contracts';
import type { PersonalData } from '@eventfleet/event-store';
import {
  beginFailure,
  claimMail,
  markFailed,
  markSent,
  releaseClaim,
  suppressMail,
  takeFromMailQuotas,
  type ClaimAnswer,
  type FailureReason,
  type MailKey,
} from '@eventfleet/notifications';
import { traceFields } from '@eventfleet/observability';
import { failpoint, isTransient } from '@eventfleet/resilience';
import type pg from 'pg';
import type { Logger } from 'pino';
import type { MailContent } from '../mails/mail-content.js';
import type { OutgoingMail } from '../smtp/mail-sender.js';
import type { SendOutcome } from '../smtp/send-outcome.js';
import { Attempts } from './attempts.js';
import type { MailFailure } from './failure-report.js';
import { traceMail } from './mail-span.js';
import {
  duplicatesDropped,
  mailsFailed,
  mailsRetried,
  mailsSent,
  mailsSuppressed,
  sendDuration,
  unknownOutcomes,
} from './notifier.metrics.js';

/** One mail to one user, because of one event. */
export interface DueMail extends MailContent, MailKey {
  readonly event: RecordedEvent;
  readonly to: string;
}

/** `done`: sent, or given up and reported, now or earlier. `later`: neither, and it is to be tried again. */
export type DeliveryOutcome = 'done' | 'later';

export interface MailDeliveryOptions {
  /** The inbox, on the write side. */
  readonly pool: pg.Pool;
  readonly sender: { send(mail: OutgoingMail, signal: AbortSignal): Promise<SendOutcome> };
  readonly report: { publish(failure: MailFailure): Promise<void> };
  readonly logger: Logger;
  /** How long one attempt to send may take in all. */
  readonly sendTimeoutMs: number;
  /** How long after its first attempt a mail that the mail server puts off is given up. */
  readonly giveUpAfterMs: number;
  /** How many mails an address may get in a day, and how many a user may cause; 0: any number. */
  readonly addressPerDay: number;
  readonly userPerDay: number;
  /** Undefined if nothing is encrypted. */
  readonly personalData?: Pick<PersonalData, 'secretFor'> | undefined;
}

type Claimed = Extract<ClaimAnswer, { kind: 'claimed' }>;

/** A claim outlives the attempt that it was taken for by this much, in which the outcome is written down. */
const RECORDING_MS = 5_000;
const RECORDING_PAUSE_MS = 200;
/** A mail server that takes mails and never says so would otherwise be made to send the same one for a day. */
const MAX_UNKNOWN_OUTCOMES = 5;

/**
 * Sends each mail once, as far as that can be known: claim it, send it, write down what came of it, each durable before
 * the next. If a process dies after it has sent and before it has written, the outcome is unknown. It is counted, and
 * the mail is sent again: one too many is better than none.
 */
export class MailDelivery {
  private readonly attempts = new Attempts();

  constructor(private readonly options: MailDeliveryOptions) {}

  /** @throws whatever the inbox or Kafka fails with; then the mail is due again, once its claim has run out */
  async deliver(due: DueMail): Promise<DeliveryOutcome> {
    if (this.attempts.haveEnded) return 'later';
    const { sendTimeoutMs } = this.options;
    return this.attempts.run(sendTimeoutMs, async (signal) => {
      const answer = await claimMail(this.options.pool, due, sendTimeoutMs + RECORDING_MS);
      switch (answer.kind) {
        case 'sent':
        case 'failed':
          duplicatesDropped.inc({ mail: due.mail });
          return 'done';
        case 'failing':
          return this.reportFailure({ ...answer, ...due });
        case 'busy':
          mailsRetried.inc({ mail: due.mail, reason: 'claimed' });
          return 'later';
        case 'claimed':
          if (answer.followsUnknown) this.countUnknown(due, 'claim ran out');
          if (answer.isFirst && !(await this.isWithinQuotas(due))) return this.suppress(due, answer);
          if (answer.unknownOutcomes >= MAX_UNKNOWN_OUTCOMES) return this.fail(due, answer, 'given-up');
          return this.send(due, answer, signal);
      }
    });
  }

  /** Lets nothing be sent any more: what is under way ends now, and its outcome is written down. */
  endAttempts(): void {
    this.attempts.endAll();
  }

  private async send(due: DueMail, claimed: Claimed, signal: AbortSignal): Promise<DeliveryOutcome> {
    const { pool, sender, giveUpAfterMs, logger } = this.options;
    const { eventId, mail, to, subject, text, html } = due;
    const fields = logFields(due);
    failpoint('between claim and mail');
    const timer = sendDuration.startTimer();
    const messageId = `${eventId}.${mail}@eventfleet`;
    const outgoing = { messageId, to, subject, text, html };
    const outcome = await traceMail(due, () => sender.send(outgoing, signal));
    timer({ outcome: outcome.kind });
    switch (outcome.kind) {
      case 'accepted':
        failpoint('between mail and inbox');
        await this.recordSent(due);
        failpoint('between inbox and acknowledgement');
        mailsSent.inc({ mail });
        return 'done';
      case 'refused':
        logger.warn(
          { ...fields, code: outcome.code },
          'the mail server refused a mail: check the address and MAIL_FROM',
        );
        return this.fail(due, claimed, 'refused');
      case 'deferred':
        if (claimed.triedForMs >= giveUpAfterMs) return this.fail(due, claimed, 'given-up');
        logger.warn(
          { ...fields, code: outcome.code },
          'a mail was put off and is tried again: check the mail server if this goes on',
        );
        await releaseClaim(pool, claimed.claim, false);
        mailsRetried.inc({ mail, reason: 'deferred' });
        return 'later';
      case 'unknown':
        await releaseClaim(pool, claimed.claim, true);
        this.countUnknown(due, outcome.code);
        mailsRetried.inc({ mail, reason: 'unknown' });
        return 'later';
    }
  }

  /** Asked once a mail: that it is tried again does not count. */
  private async isWithinQuotas({ to, event: { aggregateId: userId } }: DueMail): Promise<boolean> {
    const { pool, addressPerDay, userPerDay, personalData } = this.options;
    const address = emailKey(to);
    const secret = await personalData?.secretFor('eventfleet-mail-quotas-1');
    return takeFromMailQuotas(pool, { address, addressPerDay, userId, userPerDay, secret });
  }

  /** Not reported as a failure: the address is no worse for it. */
  private async suppress(due: DueMail, { claim }: Claimed): Promise<DeliveryOutcome> {
    await suppressMail(this.options.pool, claim);
    mailsSuppressed.inc({ mail: due.mail });
    this.options.logger.warn(
      logFields(due),
      'a mail is not sent: its address or its user has had as many mails as a day allows',
    );
    return 'done';
  }

  /** What is sent must not be forgotten because the database restarts: asked again for as long as the claim holds. */
  private async recordSent(due: DueMail): Promise<void> {
    const deadline = Date.now() + RECORDING_MS;
    for (;;) {
      try {
        return await markSent(this.options.pool, due);
      } catch (error) {
        if (!isTransient(error) || Date.now() > deadline) throw error;
        await delay(RECORDING_PAUSE_MS);
      }
    }
  }

  private async fail(due: DueMail, { claim }: Claimed, reason: FailureReason): Promise<DeliveryOutcome> {
    const decidedAt = await beginFailure(this.options.pool, claim, reason);
    return decidedAt ? this.reportFailure({ ...due, reason, decidedAt }) : 'later';
  }

  private async reportFailure(failure: MailFailure): Promise<DeliveryOutcome> {
    const { mail, reason } = failure;
    await this.options.report.publish(failure);
    failpoint('between failure report and inbox');
    await markFailed(this.options.pool, failure);
    mailsFailed.inc({ mail, reason });
    this.options.logger.error(
      { ...logFields(failure), reason },
      'a mail will never be sent: see docs/operations.md#mails',
    );
    return 'done';
  }

  private countUnknown(due: DueMail, code: string): void {
    unknownOutcomes.inc({ mail: due.mail });
    this.options.logger.warn(
      { ...logFields(due), code },
      'nobody knows whether a mail was sent; it is sent again',
    );
  }
}

function logFields({ eventId, mail, event }: MailKey & Pick<DueMail, 'event'>) {
  return { eventId, mail, ...traceFields(event.traceparent) };
}
