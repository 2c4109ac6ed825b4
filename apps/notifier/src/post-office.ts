import { EventStore } from '@eventfleet/event-store';
import { createKafka } from '@eventfleet/kafka';
import { createPool, endPool } from '@eventfleet/postgres';
import { RabbitmqQueueStrategy } from '@eventfleet/rabbitmq';
import { finishesWithin } from '@eventfleet/resilience';
import type { BeforeApplicationShutdown, OnApplicationShutdown } from '@nestjs/common';
import type pg from 'pg';
import type { Logger } from 'pino';
import { startCaptureServer, type CaptureServer } from './capture/capture-server.js';
import { FailureReport } from './delivery/failure-report.js';
import { MailDelivery } from './delivery/mail-delivery.js';
import { UserEventHandler } from './delivery/user-event.handler.js';
import type { NotifierConfig } from './notifier.config.js';
import { MailSender } from './smtp/mail-sender.js';

const APP = 'eventfleet-notifier';
const INBOX_CONNECTIONS = 6;
const EVENT_STORE_CONNECTIONS = 3;
/** A mail server that does not answer must not hold up a stop. What is left of its ten seconds is for the inbox. */
const STOP_SENDING_MS = 6_000;
const CONSUMER_CLOSE_MS = 7_500;
/** After the consumers: a server that does not take its leave is not waited for. */
const GOODBYE_MS = 700;

/** What sending mails takes in this process. Consumers are closed before it, so no mail is under way when it ends. */
export class PostOffice implements BeforeApplicationShutdown, OnApplicationShutdown {
  /** The inbox, on the write side. */
  readonly pool: pg.Pool;
  readonly handler: UserEventHandler;
  readonly strategy: RabbitmqQueueStrategy;
  private readonly eventStore: EventStore;
  private readonly sender: MailSender;
  private readonly report: FailureReport;
  private readonly delivery: MailDelivery;

  /** @throws Error where mails are to be captured in a folder that cannot be made */
  static async open(config: NotifierConfig, logger: Logger): Promise<PostOffice> {
    if (config.smtpUrl !== undefined) return new PostOffice(config, config.smtpUrl, undefined, logger);
    const capture = await startCaptureServer(config.mailsDir);
    logger.info({ folder: config.mailsDir }, 'mails are captured, not delivered: SMTP_URL is not set');
    return new PostOffice(config, capture.url, capture, logger);
  }

  private constructor(
    config: NotifierConfig,
    smtpUrl: string,
    private readonly capture: CaptureServer | undefined,
    logger: Logger,
  ) {
    const { eventStoreUrl: url, kafka, rabbitmq, smtpTimeoutMs, smtpConnections, verification } = config;
    this.pool = createPool({ url, applicationName: APP, max: INBOX_CONNECTIONS });
    this.eventStore = new EventStore(
      createPool({ url, applicationName: APP, max: EVENT_STORE_CONNECTIONS, readOnly: true }),
    );
    this.sender = new MailSender({
      url: smtpUrl,
      from: config.mailFrom,
      connections: smtpConnections,
      stepTimeoutMs: smtpTimeoutMs,
    });
    this.report = new FailureReport(createKafka(kafka, APP, logger), kafka);
    this.delivery = new MailDelivery({
      pool: this.pool,
      sender: this.sender,
      report: this.report,
      logger,
      sendTimeoutMs: smtpTimeoutMs,
      giveUpAfterMs: config.giveUpAfterMs,
    });
    this.handler = new UserEventHandler({
      pool: this.pool,
      eventStore: this.eventStore,
      delivery: this.delivery,
      verification,
    });
    this.strategy = new RabbitmqQueueStrategy({
      settings: rabbitmq,
      name: APP,
      logger,
      // One mail at a time for each message: so no mail waits for a connection with its claim running.
      prefetch: smtpConnections,
      maxAttempts: config.maxAttempts,
      closeTimeoutMs: CONSUMER_CLOSE_MS,
    });
  }

  beforeApplicationShutdown(): void {
    setTimeout(() => this.delivery.endAttempts(), STOP_SENDING_MS).unref();
  }

  async onApplicationShutdown(): Promise<void> {
    this.sender.close();
    const goodbyes = [this.capture?.close(), this.report.disconnect()];
    await finishesWithin(Promise.all([...goodbyes, endPool(this.pool), this.eventStore.close()]), GOODBYE_MS);
  }
}
