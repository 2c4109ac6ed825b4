import { EventStore, personalDataOf } from '@eventfleet/event-store';
import { LOGGER } from '@eventfleet/observability';
import { Module } from '@nestjs/common';
import type pg from 'pg';
import type { Logger } from 'pino';
import { EVENT_STORE_POOL, INBOX_POOL, NotifierPoolsModule } from '../inbox/notifier-pools.module.js';
import type { NotifierConfig } from '../notifier.config.js';
import { NOTIFIER_CONFIG } from '../notifier-settings.module.js';
import { MailSender } from '../smtp/mail-sender.js';
import { MailSenderModule } from '../smtp/mail-sender.module.js';
import { FailureReport } from './failure-report.js';
import { FailureReportModule } from './failure-report.module.js';
import { MailDelivery } from './mail-delivery.js';
import { MailErasure } from './mail-erasure.js';
import { UserEventHandler } from './user-event.handler.js';

/** From an event to its mails, each sent once as far as that can be known. */
@Module({
  imports: [NotifierPoolsModule, MailSenderModule, FailureReportModule],
  providers: [
    {
      provide: MailDelivery,
      inject: [NOTIFIER_CONFIG, LOGGER, INBOX_POOL, MailSender, FailureReport],
      useFactory: (
        { smtpTimeoutMs: sendTimeoutMs, giveUpAfterMs, addressPerDay, userPerDay }: NotifierConfig,
        logger: Logger,
        pool: pg.Pool,
        sender: MailSender,
        report: FailureReport,
      ) =>
        new MailDelivery({
          pool,
          sender,
          report,
          logger,
          sendTimeoutMs,
          giveUpAfterMs,
          addressPerDay,
          userPerDay,
        }),
    },
    {
      provide: UserEventHandler,
      inject: [NOTIFIER_CONFIG, INBOX_POOL, EVENT_STORE_POOL, MailDelivery],
      useFactory: (
        { verification, personalDataKeys, smtpUrl, mailsDir }: NotifierConfig,
        pool: pg.Pool,
        eventStorePool: pg.Pool,
        delivery: MailDelivery,
      ) => {
        const personalData = personalDataOf(eventStorePool, personalDataKeys);
        const eventStore = new EventStore(eventStorePool, personalData);
        const erasure = new MailErasure({ pool, eventStore, mailsDir, hasMailServer: smtpUrl !== undefined });
        return new UserEventHandler({ pool, eventStore, personalData, delivery, verification, erasure });
      },
    },
  ],
  exports: [NotifierPoolsModule, MailSenderModule, FailureReportModule, MailDelivery, UserEventHandler],
})
export class DeliveryModule {}
