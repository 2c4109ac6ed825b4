import type pg from 'pg';
import type { TailPosition } from '@eventfleet/event-store';
import { withTransaction } from '@eventfleet/postgres';
import { LeaseLost } from './relay.errors.js';

export interface Checkpoint {
  readonly position: TailPosition;
  /** The Postgres server that the position belongs to; null before the first checkpoint. */
  readonly systemIdentifier: string | null;
  readonly targetState: unknown;
}

interface CheckpointRow {
  readonly epoch: string;
  readonly transaction_id: string;
  readonly global_position: string;
  readonly system_identifier: string | null;
  readonly target_state: unknown;
  readonly server: string;
  readonly timeline: string;
}

/** A promoted standby begins another one. */
const TIMELINE = 'substr(pg_walfile_name(pg_current_wal_insert_lsn()), 1, 8)';

/**
 * The right to publish, for one process at a time: a row with an epoch, which every holder raises. Every write names the
 * epoch (a fencing token). So a holder that was frozen and wakes up after its lease expired cannot move the checkpoint.
 * The database's clock decides when a lease expires. The holder relies on it for no longer by its own monotonic clock,
 * counted from before the request.
 *
 * It ends with the server's timeline: a promoted standby gives transaction ids anew that its holder has seen already.
 */
export class RelayLease {
  private validUntil = 0;

  private constructor(
    private readonly pool: pg.Pool,
    private readonly relay: string,
    private readonly epoch: string,
    private readonly leaseMs: number,
    readonly checkpoint: Checkpoint,
    /** The identifier of the Postgres server at hand. */
    readonly server: string,
    private readonly timeline: string,
  ) {}

  /** Acquires the lease if it is free or has expired; undefined while another process holds it. */
  static async acquire(
    pool: pg.Pool,
    relay: string,
    holder: string,
    leaseMs: number,
  ): Promise<RelayLease | undefined> {
    const requestedAt = performance.now();
    // Durable whatever the pool says: an epoch that a crash of the server undid could be given to two holders.
    const result = await withTransaction(pool, async (client) => {
      await client.query('set local synchronous_commit = on');
      await client.query('insert into relay_checkpoints (relay) values ($1) on conflict do nothing', [relay]);
      return client.query<CheckpointRow>(
        `update relay_checkpoints
         set epoch = epoch + 1, holder = $2, lease_until = clock_timestamp() + make_interval(secs => $3)
         where relay = $1 and lease_until < clock_timestamp()
         returning epoch, transaction_id, global_position, system_identifier, target_state,
           (select system_identifier::text from pg_control_system()) as server, ${TIMELINE} as timeline`,
        [relay, holder, leaseMs / 1000],
      );
    });
    const row = result.rows[0];
    if (!row) return undefined;
    const checkpoint = {
      position: { transactionId: row.transaction_id, globalPosition: row.global_position },
      systemIdentifier: row.system_identifier,
      targetState: row.target_state ?? undefined,
    };
    const lease = new RelayLease(pool, relay, row.epoch, leaseMs, checkpoint, row.server, row.timeline);
    lease.validUntil = requestedAt + leaseMs;
    return lease;
  }

  /** Whether the lease is certainly still held, without a query. */
  get isValid(): boolean {
    return performance.now() < this.validUntil;
  }

  /** @throws LeaseLost */
  async renew(): Promise<void> {
    await this.write('renew-relay-lease', `lease_until = clock_timestamp() + make_interval(secs => $3)`, []);
  }

  /** Saves the checkpoint and renews the lease. @throws LeaseLost */
  async save(position: TailPosition, targetState: unknown): Promise<void> {
    await this.write(
      'save-relay-checkpoint',
      `lease_until = clock_timestamp() + make_interval(secs => $3), transaction_id = $5::xid8,
       global_position = $6, system_identifier = $7, target_state = $8`,
      [position.transactionId, position.globalPosition, this.server, JSON.stringify(targetState)],
    );
  }

  /** Lets another process take over at once. A renewal that is still under way then fails by its epoch. */
  async release(): Promise<void> {
    this.validUntil = 0;
    await this.pool.query(
      `update relay_checkpoints set lease_until = '-infinity', epoch = epoch + 1 where relay = $1 and epoch = $2`,
      [this.relay, this.epoch],
    );
  }

  /** @param name of the statement: without one Postgres would plan it each time */
  private async write(name: string, assignments: string, values: unknown[]): Promise<void> {
    const requestedAt = performance.now();
    const result = await this.pool.query({
      name,
      text: `update relay_checkpoints set ${assignments} where relay = $1 and epoch = $2 and ${TIMELINE} = $4`,
      values: [this.relay, this.epoch, this.leaseMs / 1000, this.timeline, ...values],
    });
    if (result.rowCount !== 1) {
      this.validUntil = 0;
      throw new LeaseLost();
    }
    this.validUntil = requestedAt + this.leaseMs;
  }
}
