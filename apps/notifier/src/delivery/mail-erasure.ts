import type { RecordedEvent } from '@eventfleet/contracts';
import {
  erasureIdOf,
  KEY_CACHE_MS,
  readErasureAge,
  saveErasedPlace,
  type EventStore,
} from '@eventfleet/event-store';
import type pg from 'pg';
import { removeMailsAbout, removeUnfinishedMails } from '../capture/captured-mails.js';
import { EventMissing } from '../users/event-missing.error.js';
import type { DeliveryOutcome } from './mail-delivery.js';

export interface MailErasureOptions {
  /** Of the write side, where receipts of erasures are. */
  readonly pool: pg.Pool;
  readonly eventStore: Pick<EventStore, 'readStream'>;
  /** Where mails are captured, or were before there was a mail server. */
  readonly mailsDir: string;
  /** Whether a mail server delivers mails now. */
  readonly hasMailServer: boolean;
}

const PLACE = 'mails';
/** Within that a mail that was written before is captured. The queue looks again after six seconds in all. */
const CAPTURED_MS = 500;

/** Removes captured mails to an aggregate that is erased, and writes that down in the receipt. */
export class MailErasure {
  constructor(private readonly options: MailErasureOptions) {}

  /**
   * Mails that a mail server took are beyond the fleet's reach: the receipt says so.
   * @returns `later` while a mail may be under way that was written before the key was destroyed
   * @throws EventMissing if the event store does not know of the erasure
   */
  async forgetMails({ aggregateType, aggregateId }: RecordedEvent): Promise<DeliveryOutcome> {
    const { pool, eventStore, mailsDir, hasMailServer } = this.options;
    const erasureId = erasureIdOf(aggregateType, aggregateId);
    const ageMs = await readErasureAge(pool, erasureId);
    if (ageMs === undefined) throw new EventMissing();
    if (ageMs < KEY_CACHE_MS + CAPTURED_MS) return 'later';
    const events = await eventStore.readStream({ aggregateType, aggregateId });
    await removeUnfinishedMails(mailsDir);
    const count = await removeMailsAbout(
      mailsDir,
      events.map(({ eventId }) => eventId),
    );
    const outcome = hasMailServer ? 'out-of-reach' : 'deleted';
    await saveErasedPlace(pool, erasureId, { place: PLACE, outcome, count });
    return 'done';
  }

  /**
   * To be called after mails about an event were sent, or may have been: captured ones go if the aggregate is erased by
   * now. A process may have been held up since it read the address, until after `forgetMails`.
   */
  async forgetLateMails({ aggregateType, aggregateId, eventId }: RecordedEvent): Promise<void> {
    const { pool, mailsDir, hasMailServer } = this.options;
    if (hasMailServer) return;
    const ageMs = await readErasureAge(pool, erasureIdOf(aggregateType, aggregateId));
    if (ageMs !== undefined) await removeMailsAbout(mailsDir, [eventId]);
  }
}
