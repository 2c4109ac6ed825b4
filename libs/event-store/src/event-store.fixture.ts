import pg from 'pg';
import { v7 as uuidv7 } from 'uuid';
import { createPool } from '@eventfleet/postgres';
import { createTestDatabase } from '@eventfleet/testing';
import { accountDecider, type Account, type AccountCommand, type AccountEvent } from './account.fixture.js';
import { migrateEventStore } from './migrate.js';
import { CommandExecutor, type CommandExecutorOptions } from './command-execution/command-executor.js';
import type { CommandRequest } from './command-execution/command-request.js';
import type { CommandResult } from './command-execution/command-result.js';
import { EventStore } from './event-store.js';

type Options = CommandExecutorOptions<Account, AccountCommand, AccountEvent>;

const metadata = { correlationId: 'c', causationId: 'k', traceparent: 't' };

/** Stands for one process: a pool and a cache of its own. */
export interface Copy {
  readonly pool: pg.Pool;
  readonly eventStore: EventStore;
  run(
    aggregateId: string,
    command: AccountCommand,
    more?: Partial<CommandRequest<AccountCommand>>,
  ): Promise<CommandResult>;
  /** Resolves when nothing of it is under way any more, not even for commands that it has rejected. */
  drain(): Promise<void>;
}

export interface EventStoreFixture {
  readonly admin: pg.Pool;
  copy(applicationName?: string, options?: Partial<Options>): Copy;
  /** The stream's events in the order of the tail, which has to be the order of versions. */
  typesOf(aggregateId: string): Promise<string[]>;
  close(): Promise<void>;
}

export async function startEventStore(): Promise<EventStoreFixture> {
  const database = await createTestDatabase('event-store', migrateEventStore);
  const admin = new pg.Pool({ connectionString: database.url });
  // Dropping the database ends a session that is still on its way out.
  admin.on('error', () => undefined);
  const pools = [admin];
  return {
    admin,

    copy(applicationName = 'copy', options = {}) {
      const pool = createPool({ url: database.url, applicationName, max: 2, pipeline: true, readOnly: true });
      const eventStore = new EventStore(pool);
      pools.push(pool);
      const accounts = new CommandExecutor<Account, AccountCommand, AccountEvent>({
        eventStore,
        decider: accountDecider,
        clockAndIds: { now: () => new Date(), newId: uuidv7 },
        ...options,
      });
      return {
        pool,
        eventStore,
        run: (aggregateId, command, more = {}) =>
          accounts.execute({ aggregateId, command, metadata, ...more }),
        drain: () => accounts.drain(),
      };
    },

    async typesOf(aggregateId) {
      const result = await admin.query<{ version: number; event_type: string }>(
        'select version, event_type from events where aggregate_id = $1 order by transaction_id, global_position',
        [aggregateId],
      );
      expect(result.rows.map(({ version }) => version)).toEqual(result.rows.map((_, index) => index + 1));
      return result.rows.map(({ event_type: type }) => type);
    },

    async close() {
      await Promise.all(pools.map((pool) => pool.end()));
      await database.drop();
    },
  };
}

export const codeOf = (result: CommandResult) =>
  result.kind === 'refused' ? result.error.code : result.kind;
