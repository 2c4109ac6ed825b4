import { EventStore, personalDataOf, type PersonalData } from '@eventfleet/event-store';
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

const PERSONAL_DATA = Symbol('personal data, undefined if nothing is encrypted');

/** From an event to its mails, each sent once as far as that can be known. */
@Module({
  imports: [NotifierPoolsModule, MailSenderModule, FailureReportModule],
  providers: [
    {
      provide: PERSONAL_DATA,
      inject: [NOTIFIER_CONFIG, EVENT_STORE_POOL],
      useFactory: ({ personalDataKeys }: NotifierConfig, pool: pg.Pool) =>
        personalDataOf(pool, personalDataKeys),
    },
    {
      provide: MailDelivery,
      inject: [NOTIFIER_CONFIG, LOGGER, INBOX_POOL, MailSender, FailureReport, PERSONAL_DATA],
      useFactory: (
        { smtpTimeoutMs: sendTimeoutMs, giveUpAfterMs, addressPerDay, userPerDay }: NotifierConfig,
        logger: Logger,
        pool: pg.Pool,
        sender: MailSender,
        report: FailureReport,
        personalData: PersonalData | undefined,
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
          personalData,
        }),
    },
    {
      provide: UserEventHandler,
      inject: [NOTIFIER_CONFIG, INBOX_POOL, EVENT_STORE_POOL, MailDelivery, PERSONAL_DATA],
      useFactory: (
        { verification, smtpUrl, mailsDir }: NotifierConfig,
        pool: pg.Pool,
        eventStorePool: pg.Pool,
        delivery: MailDelivery,
        personalData: PersonalData | undefined,
      ) => {
        const eventStore = new EventStore(eventStorePool, personalData);
        const erasure = new MailErasure({ pool, eventStore, mailsDir, hasMailServer: smtpUrl !== undefined });
        return new UserEventHandler({ pool, eventStore, personalData, delivery, verification, erasure });
      },
    },
  ],
  exports: [NotifierPoolsModule, MailSenderModule, FailureReportModule, MailDelivery, UserEventHandler],
})
export class DeliveryModule {}
