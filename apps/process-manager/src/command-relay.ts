import { hostname } from 'node:os';
import { AUTHORIZATION_HEADER, toBearer, type TokenSource } from '@eventfleet/auth';
import { EventStore } from '@eventfleet/event-store';
import type { Kafka } from '@eventfleet/kafka';
import {
  KafkaTarget,
  OutboxRelay,
  referenceOfCommand,
  tableOf,
  USER_COMMANDS_RELAY,
} from '@eventfleet/outbox-relay';
import { purgeOutbox } from '@eventfleet/process-managers';
import type { CommandCatalog } from '@eventfleet/contracts';
import type pg from 'pg';
import type { Logger } from 'pino';

export interface CommandRelayOptions {
  /** Of the event store: the relay's lease is there. */
  readonly pool: pg.Pool;
  readonly kafka: Kafka;
  /** Of every command that may be sent. */
  readonly catalogs: readonly CommandCatalog[];
  readonly topicPrefix: string;
  readonly logger: Logger;
  /** Says who sends the commands; absent: nobody has to. */
  readonly tokens?: TokenSource | undefined;
  /** As in `OutboxRelayOptions`. */
  readonly verifyEveryMs?: number;
}

const KEPT_DAYS = 14;
const PURGE_EVERY_MS = 10 * 60_000;
const PURGE_LIMIT = 5_000;

/** Publishes the commands that process managers send, from one process at a time, and deletes them two weeks later. */
export class CommandRelay {
  private readonly relay: OutboxRelay;
  private purge: NodeJS.Timeout | undefined;

  constructor(private readonly options: CommandRelayOptions) {
    const { pool, kafka, catalogs, topicPrefix, logger, tokens, verifyEveryMs } = options;
    const eventStore = new EventStore(pool);
    this.relay = new OutboxRelay({
      pool,
      target: new KafkaTarget({
        name: USER_COMMANDS_RELAY,
        source: '/eventfleet/process-manager',
        kafka,
        catalogs,
        topicPrefix,
        locate: (references) => eventStore.locateEvents(references, tableOf(USER_COMMANDS_RELAY)),
        readReference: referenceOfCommand(catalogs),
        sharedTopic: true,
        ...(tokens && {
          headers: async () => ({ [AUTHORIZATION_HEADER]: toBearer(await tokens.token()) }),
        }),
      }),
      logger,
      holder: `${hostname()}:${process.pid}`,
      ...(verifyEveryMs === undefined ? {} : { verifyEveryMs }),
    });
  }

  start(): void {
    this.relay.start();
    this.purge = setInterval(() => void this.purgeOld(), PURGE_EVERY_MS);
  }

  wake(): void {
    this.relay.wake();
  }

  /** @throws Error if the relay refuses to publish, with the reason and what to do */
  assertReady(): void {
    const { role, problem } = this.relay.health();
    if (role === 'refused') throw new Error(problem);
  }

  async stop(): Promise<void> {
    clearInterval(this.purge);
    await this.relay.stop();
  }

  /** If the store does not answer, the next interval tries again. */
  private async purgeOld(): Promise<void> {
    let purged = PURGE_LIMIT;
    while (purged === PURGE_LIMIT) {
      purged = await purgeOutbox(this.options.pool, USER_COMMANDS_RELAY, KEPT_DAYS, PURGE_LIMIT).catch(
        () => 0,
      );
    }
  }
}
