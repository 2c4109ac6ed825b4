import { Module } from '@nestjs/common';
import { CAPTURE_SERVER, CaptureServerModule } from '../capture/capture-server.module.js';
import type { CaptureServer } from '../capture/capture-server.js';
import type { NotifierConfig } from '../notifier.config.js';
import { NOTIFIER_CONFIG } from '../notifier-settings.module.js';
import { MailSender } from './mail-sender.js';

/** Sends to the mail server of the config, or else to the capture server. */
@Module({
  imports: [CaptureServerModule],
  providers: [
    {
      provide: MailSender,
      inject: [NOTIFIER_CONFIG, { token: CAPTURE_SERVER, optional: true }],
      useFactory: (config: NotifierConfig, capture?: CaptureServer) => {
        const url = config.smtpUrl ?? capture?.url;
        if (url === undefined) throw new Error('there is neither a mail server nor a capture server');
        return new MailSender({
          url,
          caFile: config.smtpCaFile,
          from: config.mailFrom,
          connections: config.smtpConnections,
          stepTimeoutMs: config.smtpTimeoutMs,
        });
      },
    },
  ],
  exports: [MailSender, CaptureServerModule],
})
export class MailSenderModule {}
