import type { TailPosition } from '@eventfleet/event-store';
import type pg from 'pg';
import type { KafkaTargetState } from './kafka-target.js';

/** How far a relay has published, and by whom, as it is stored. */
export interface RelayCheckpoint {
  readonly relay: string;
  /** The last one, if nobody holds the lease. */
  readonly holder: string;
  readonly epoch: string;
  readonly isHeld: boolean;
  /** RFC 3339; undefined if the lease was given up. */
  readonly leaseUntil: string | undefined;
  /** Everything up to here was acknowledged. */
  readonly position: TailPosition;
  /** Of Kafka as it was then; undefined for another broker, and before the first checkpoint. */
  readonly kafka: KafkaTargetState | undefined;
}

interface Row {
  readonly relay: string;
  readonly holder: string;
  readonly epoch: string;
  readonly is_held: boolean;
  readonly lease_until: Date | null;
  readonly transaction_id: string;
  readonly global_position: string;
  readonly target_state: Partial<KafkaTargetState> | null;
}

/** The checkpoint of each relay that ever ran. */
export async function readRelayCheckpoints(pool: pg.Pool): Promise<RelayCheckpoint[]> {
  const { rows } = await pool.query<Row>(
    `select relay, holder, epoch, lease_until > clock_timestamp() as is_held,
            nullif(lease_until, '-infinity') as lease_until, transaction_id, global_position, target_state
     from relay_checkpoints order by relay`,
  );
  return rows.map((row) => ({
    relay: row.relay,
    holder: row.holder,
    epoch: row.epoch,
    isHeld: row.is_held,
    leaseUntil: row.lease_until?.toISOString(),
    position: { transactionId: row.transaction_id, globalPosition: row.global_position },
    kafka: isOfKafka(row.target_state) ? row.target_state : undefined,
  }));
}

function isOfKafka(state: Row['target_state']): state is KafkaTargetState {
  return state?.clusterId !== undefined && state.topics !== undefined;
}
