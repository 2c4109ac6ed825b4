import { requireComparedHistory } from '@eventfleet/history';
import { createPool } from '@eventfleet/postgres';
import { type DynamicModule, Module } from '@nestjs/common';
import type { QueryApiConfig } from '../query-api.config.js';
import { StoredEvents } from './stored-events.js';

const POOL_SIZE = 6;
/** Of those on which keys of personal data are read. */
const KEY_CONNECTIONS = 2;
/** Short, so that a store that hangs is answered within two seconds. */
const QUERY_TIMEOUT_MS = 900;

/** The event store for the whole app, read only. Connects at first use, not at start. */
@Module({})
export class EventStoreModule {
  static forRoot({
    eventStoreUrl: url,
    personalDataKeys,
  }: Pick<QueryApiConfig, 'eventStoreUrl' | 'personalDataKeys'>): DynamicModule {
    return {
      module: EventStoreModule,
      global: true,
      providers: [
        {
          provide: StoredEvents,
          useFactory: () => {
            if (url === undefined) return new StoredEvents();
            const options = {
              url,
              applicationName: 'eventfleet query-api',
              max: POOL_SIZE,
              timeoutMs: QUERY_TIMEOUT_MS,
              readOnly: true,
              // pg then drops a connection on which an answer is overdue.
              pipeline: true,
            };
            const keys = createPool({ ...options, max: KEY_CONNECTIONS, verify: requireComparedHistory });
            return new StoredEvents(createPool(options), keys, personalDataKeys);
          },
        },
      ],
      exports: [StoredEvents],
    };
  }
}
