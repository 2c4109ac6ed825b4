import { isEncryptionOn, personalDataOf, type PersonalData } from '@eventfleet/event-store';
import { HistoryGuard } from '@eventfleet/history';
import { createPool, endPool } from '@eventfleet/postgres';
import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import type pg from 'pg';
import { CONFIG } from '../app-context.module.js';
import { APP_NAME, type CommandApiConfig } from '../command-api.config.js';
import { ShutdownDeadline } from '../shutdown-deadline.js';

/** One appends, one reads. */
const APPEND_CONNECTIONS = 2;
/** Of each relay: one reads the tail, one keeps the lease. */
const RELAY_CONNECTIONS = 2;
/** One answers health and metrics, the others compare the history with what was published. */
const OPERATIONS_CONNECTIONS = 3;
/** Of one append. It is short, so that a connection that broke is soon replaced, and a frozen process soon blocks no other one. */
const APPEND_TIMEOUT_MS = 2_000;

/** The connections to the event store. They connect at first use, not at start. */
@Injectable()
export class EventStorePools implements OnApplicationShutdown {
  /** For commands alone. */
  readonly append: pg.Pool;
  /** For relays, the comparison with Kafka, health and metrics. */
  readonly shared: pg.Pool;
  /** Undefined if personal data is not encrypted. */
  readonly personalData: PersonalData | undefined;

  constructor(
    @Inject(CONFIG) { eventStoreUrl: url, rabbitmq, personalDataKeys }: CommandApiConfig,
    private readonly deadline: ShutdownDeadline,
    history: HistoryGuard,
  ) {
    this.append = createPool({
      url,
      applicationName: APP_NAME,
      max: APPEND_CONNECTIONS,
      timeoutMs: APPEND_TIMEOUT_MS,
      pipeline: true,
      readOnly: true,
      verify: async (client) => {
        await history.verify(client);
        if (personalDataKeys.length === 0) await refuseIfEncrypted(client);
      },
    });
    const relays = rabbitmq ? 2 : 1;
    this.shared = createPool({
      url,
      applicationName: APP_NAME,
      max: RELAY_CONNECTIONS * relays + OPERATIONS_CONNECTIONS,
      // A checkpoint that a crash of the server loses is found again in Kafka's log; the lease commits durably.
      synchronousCommit: false,
    });
    // Keys are read also while nothing may be decided: events that were lost are taken back with them.
    this.personalData = personalDataOf(this.shared, personalDataKeys);
  }

  onApplicationShutdown(): Promise<void> {
    return this.deadline.within(() => Promise.all([endPool(this.append), endPool(this.shared)]));
  }
}

/** Without the key, emails would be taken in plain text beside those that are hashed, and nothing could be read. */
async function refuseIfEncrypted(client: pg.ClientBase): Promise<void> {
  if (!(await isEncryptionOn(client))) return;
  const error = new Error('the event store has encrypted personal data: set PERSONAL_DATA_KEY');
  throw Object.assign(error, { code: 'EPERSONALDATA' });
}
