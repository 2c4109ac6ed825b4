import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { RecordedEvent } from '@eventfleet/contracts';
import { erasureIdOf, KEY_CACHE_MS, saveErasedPlace, type EventStore } from '@eventfleet/event-store';
import type pg from 'pg';
import type { DeliveryOutcome } from './mail-delivery.js';

export interface MailErasureOptions {
  /** Of the write side, where receipts of erasures are. */
  readonly pool: pg.Pool;
  readonly eventStore: Pick<EventStore, 'readStream'>;
  /** Where mails are captured; undefined if a mail server delivers them. */
  readonly mailsDir: string | undefined;
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
   */
  async forgetMails({ aggregateType, aggregateId, occurredAt }: RecordedEvent): Promise<DeliveryOutcome> {
    if (Date.now() < Date.parse(occurredAt) + KEY_CACHE_MS + CAPTURED_MS) return 'later';
    const { pool, eventStore, mailsDir } = this.options;
    const events = await eventStore.readStream({ aggregateType, aggregateId });
    const erased =
      mailsDir === undefined
        ? { outcome: 'out-of-reach', count: 0 }
        : { outcome: 'deleted', count: await removeMails(mailsDir, events) };
    await saveErasedPlace(pool, erasureIdOf(aggregateType, aggregateId), { place: PLACE, ...erased });
    return 'done';
  }
}

/** A captured mail has the id of its event in its name. */
async function removeMails(folder: string, events: readonly RecordedEvent[]): Promise<number> {
  const ids = events.map(({ eventId }) => `-${eventId}-`);
  const mails = (await readdir(folder)).filter((name) => ids.some((id) => name.includes(id)));
  for (const name of mails) await rm(join(folder, name), { force: true });
  return mails.length;
}
