import { LOGGER } from '@eventfleet/observability';
import { Module } from '@nestjs/common';
import type { Logger } from 'pino';
import type { NotifierConfig } from '../notifier.config.js';
import { NOTIFIER_CONFIG } from '../notifier-settings.module.js';
import { type CaptureServer, startCaptureServer } from './capture-server.js';

/** A `CaptureServer`; undefined if there is a mail server. */
export const CAPTURE_SERVER = Symbol('CAPTURE_SERVER');

/** Started with the app if `SMTP_URL` is not set. The app does not start if its folder cannot be made. */
@Module({
  providers: [
    {
      provide: CAPTURE_SERVER,
      inject: [NOTIFIER_CONFIG, LOGGER],
      async useFactory(
        { smtpUrl, mailsDir }: NotifierConfig,
        logger: Logger,
      ): Promise<CaptureServer | undefined> {
        if (smtpUrl !== undefined) return undefined;
        const server = await startCaptureServer(mailsDir);
        logger.info({ folder: mailsDir }, 'mails are captured, not delivered: SMTP_URL is not set');
        return server;
      },
    },
  ],
  exports: [CAPTURE_SERVER],
})
export class CaptureServerModule {}
