import { createKafka } from '@eventfleet/kafka';
import { LOGGER } from '@eventfleet/observability';
import { Module } from '@nestjs/common';
import type { Logger } from 'pino';
import type { NotifierConfig } from '../notifier.config.js';
import { CLIENT_NAME, NOTIFIER_CONFIG } from '../notifier-settings.module.js';
import { FailureReport } from './failure-report.js';

@Module({
  providers: [
    {
      provide: FailureReport,
      inject: [NOTIFIER_CONFIG, LOGGER],
      useFactory: ({ kafka, signingKeys }: NotifierConfig, logger: Logger) =>
        new FailureReport(createKafka(kafka, CLIENT_NAME, logger), kafka, signingKeys[0]),
    },
  ],
  exports: [FailureReport],
})
export class FailureReportModule {}
