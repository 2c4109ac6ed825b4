import { endPool } from '@eventfleet/postgres';
import { finishesWithin } from '@eventfleet/resilience';
import {
  type BeforeApplicationShutdown,
  Inject,
  Injectable,
  type OnApplicationShutdown,
} from '@nestjs/common';
import type pg from 'pg';
import { CAPTURE_SERVER } from './capture/capture-server.module.js';
import type { CaptureServer } from './capture/capture-server.js';
import { FailureReport } from './delivery/failure-report.js';
import { MailDelivery } from './delivery/mail-delivery.js';
import { EVENT_STORE_POOL, INBOX_POOL } from './inbox/notifier-pools.module.js';
import { MailSender } from './smtp/mail-sender.js';

/** A mail server that does not answer must not hold up a stop. What is left of its ten seconds is for the inbox. */
const STOP_SENDING_MS = 6_000;
/** Servers that do not answer a disconnect are not waited for. */
const DISCONNECT_MS = 700;

/**
 * The order of a stop, in one place because its bound is one for all. Nest closes the queue's consumer between the two
 * hooks: while it waits for the mails under way their attempts end, and when the second hook begins none is left.
 */
@Injectable()
export class NotifierLifecycle implements BeforeApplicationShutdown, OnApplicationShutdown {
  constructor(
    private readonly delivery: MailDelivery,
    private readonly sender: MailSender,
    private readonly report: FailureReport,
    @Inject(CAPTURE_SERVER) private readonly capture: CaptureServer | undefined,
    @Inject(INBOX_POOL) private readonly inbox: pg.Pool,
    @Inject(EVENT_STORE_POOL) private readonly eventStore: pg.Pool,
  ) {}

  beforeApplicationShutdown(): void {
    setTimeout(() => this.delivery.endAttempts(), STOP_SENDING_MS).unref();
  }

  async onApplicationShutdown(): Promise<void> {
    this.sender.close();
    const disconnects = [this.capture?.close(), this.report.disconnect()];
    await finishesWithin(
      Promise.all([...disconnects, endPool(this.inbox), endPool(this.eventStore)]),
      DISCONNECT_MS,
    );
  }
}
