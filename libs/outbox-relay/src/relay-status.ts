import type pg from 'pg';
import { backlogAge, countBacklog } from './read-backlog.js';

export interface RelayStatus {
  readonly relay: string;
  readonly holder: string;
  readonly epoch: string;
  /** Whether a process holds the lease now. */
  readonly isHeld: boolean;
  /** Unpublished events, counted up to 1,000,000. */
  readonly backlogEvents: number;
  readonly backlogAgeSeconds: number;
}

/** One row a relay that ever ran, for operators. */
export async function readRelayStatus(pool: pg.Pool): Promise<RelayStatus[]> {
  const rows = await pool.query<{ relay: string; holder: string; epoch: string; is_held: boolean }>(
    `select relay, holder, epoch, lease_until > clock_timestamp() as is_held from relay_checkpoints order by relay`,
  );
  return Promise.all(
    rows.rows.map(async ({ relay, holder, epoch, is_held: isHeld }) => {
      const [backlogEvents, backlogAgeSeconds] = await Promise.all([
        countBacklog(pool, relay),
        backlogAge(pool, relay),
      ]);
      return { relay, holder, epoch, isHeld, backlogEvents, backlogAgeSeconds };
    }),
  );
}
