import { createPool } from '@eventfleet/postgres';
import { Module } from '@nestjs/common';
import type { NotifierConfig } from '../notifier.config.js';
import { CLIENT_NAME, NOTIFIER_CONFIG } from '../notifier-settings.module.js';

/** The inbox, on the write side. */
export const INBOX_POOL = Symbol('INBOX_POOL');
/** The same database, read only. */
export const EVENT_STORE_POOL = Symbol('EVENT_STORE_POOL');

const INBOX_CONNECTIONS = 6;
const EVENT_STORE_CONNECTIONS = 3;

/** Both pools connect at first use, not at start. */
@Module({
  providers: [
    {
      provide: INBOX_POOL,
      inject: [NOTIFIER_CONFIG],
      useFactory: ({ eventStoreUrl: url }: NotifierConfig) =>
        createPool({ url, applicationName: CLIENT_NAME, max: INBOX_CONNECTIONS }),
    },
    {
      provide: EVENT_STORE_POOL,
      inject: [NOTIFIER_CONFIG],
      useFactory: ({ eventStoreUrl: url }: NotifierConfig) =>
        createPool({ url, applicationName: CLIENT_NAME, max: EVENT_STORE_CONNECTIONS, readOnly: true }),
    },
  ],
  exports: [INBOX_POOL, EVENT_STORE_POOL],
})
export class NotifierPoolsModule {}
