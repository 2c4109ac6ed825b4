import { isErasedText, userEvents, type RecordedEvent } from '@eventfleet/contracts';
import type { EventStore, PersonalData } from '@eventfleet/event-store';
import { readOrigin } from '@eventfleet/notifications';
import type pg from 'pg';
import { renderMail, type VerificationSettings } from '../mails/render-mail.js';
import { mailsDue, mayCauseMails } from '../users/mails-due.js';
import { readUserMoment } from '../users/user-history.js';
import type { DeliveryOutcome, DueMail } from './mail-delivery.js';

export interface UserEventHandlerOptions {
  /** Where the origin is. */
  readonly pool: pg.Pool;
  /** Read only. */
  readonly eventStore: EventStore;
  /** Undefined if nothing is encrypted. */
  readonly personalData?: PersonalData | undefined;
  readonly delivery: { deliver(due: DueMail): Promise<DeliveryOutcome> };
  readonly verification: VerificationSettings | undefined;
  readonly erasure: {
    forgetMails(erased: RecordedEvent): Promise<DeliveryOutcome>;
    forgetLateMails(event: RecordedEvent): Promise<void>;
  };
}

/** From an event to its mails. The message only says which event; what is written, and to whom, the event store says. */
export class UserEventHandler {
  private origin: bigint | undefined;

  constructor(private readonly options: UserEventHandlerOptions) {}

  /**
   * @returns `later` as long as one of the mails is due
   * @throws ContractError if the message, or the history that it points to, makes no sense; EventMissing
   */
  async handle(message: RecordedEvent): Promise<DeliveryOutcome> {
    if (message.type === userEvents.erasedBy) return this.options.erasure.forgetMails(message);
    const [plain = message] = (await this.options.personalData?.reveal([message])) ?? [];
    if (!mayCauseMails(userEvents.parse(plain))) return 'done';
    this.origin ??= await readOrigin(this.options.pool);
    if (this.origin === undefined) return 'later';
    if (BigInt(message.globalPosition) <= this.origin) return 'done';
    const moment = await readUserMoment(this.options.eventStore, message);
    const due = mailsDue(moment.event, moment.before, moment.after);
    let delivered: DeliveryOutcome = 'done';
    for (const dueMail of due) {
      // Nobody knows the address any more.
      if (isErasedText(dueMail.user.email)) continue;
      const content = renderMail(dueMail, this.options.verification);
      if (!content) continue;
      const { mail, user } = dueMail;
      const outgoing = { ...content, mail, to: user.email, event: message, eventId: message.eventId };
      if ((await this.options.delivery.deliver(outgoing)) === 'later') delivered = 'later';
    }
    if (due.length > 0) await this.options.erasure.forgetLateMails(message);
    return delivered;
  }
}
