import type pg from 'pg';
import { commandId } from './command-id.js';

/** An instance of a process manager as it is stored, without its state. */
export interface InstanceSummary {
  readonly processManager: string;
  readonly instanceId: string;
  readonly hasEnded: boolean;
  /** The newest commands that it has sent, the oldest first; those of two weeks ago are gone. */
  readonly commands: readonly OutboxCommand[];
  readonly timers: readonly TimerSummary[];
}

export interface OutboxCommand {
  readonly commandId: string;
  readonly type: string;
  /** RFC 3339. */
  readonly sentAt: string;
  readonly transactionId: string;
  readonly globalPosition: string;
}

export interface TimerSummary {
  readonly name: string;
  /** RFC 3339; `firesAt` is later if an attempt has failed. */
  readonly dueAt: string;
  readonly firesAt: string;
  readonly failures: number;
}

/** At most so many commands of an instance are looked for. */
const COMMANDS = 10;

interface InstanceRow {
  readonly process_manager: string;
  readonly has_ended: boolean;
  readonly sent: number;
}

/**
 * The instances of an id, of the process managers that are named.
 * @param pool one that finds the tables of the process managers
 */
export async function readInstances(
  pool: pg.Pool,
  processManagers: readonly string[],
  instanceId: string,
): Promise<InstanceSummary[]> {
  const { rows } = await pool.query<InstanceRow>(
    `select process_manager, state is null as has_ended, sent from instances
     where process_manager = any($1::text[]) and instance_id = $2 order by process_manager`,
    [processManagers, instanceId],
  );
  const found: InstanceSummary[] = [];
  for (const { process_manager: processManager, has_ended: hasEnded, sent } of rows) {
    found.push({
      processManager,
      instanceId,
      hasEnded,
      commands: await readCommands(pool, processManager, instanceId, sent),
      timers: await readTimers(pool, processManager, instanceId),
    });
  }
  return found;
}

interface CommandRow {
  readonly event_id: string;
  readonly event_type: string;
  readonly occurred_at: Date;
  readonly transaction_id: string;
  readonly global_position: string;
}

/** By their ids, which follow from their numbers: the table has no index by instance. */
async function readCommands(
  pool: pg.Pool,
  processManager: string,
  instanceId: string,
  sent: number,
): Promise<OutboxCommand[]> {
  const numbers = Array.from({ length: Math.min(sent, COMMANDS) }, (_, index) => sent - index);
  const { rows } = await pool.query<CommandRow>(
    `select event_id, event_type, occurred_at, transaction_id, global_position from outbox
     where event_id = any($1::uuid[]) order by version`,
    [numbers.map((number) => commandId(processManager, instanceId, number))],
  );
  return rows.map((row) => ({
    commandId: row.event_id,
    type: row.event_type,
    sentAt: row.occurred_at.toISOString(),
    transactionId: row.transaction_id,
    globalPosition: row.global_position,
  }));
}

async function readTimers(
  pool: pg.Pool,
  processManager: string,
  instanceId: string,
): Promise<TimerSummary[]> {
  const { rows } = await pool.query<{ name: string; due_at: Date; fires_at: Date; failures: number }>(
    `select name, due_at, fires_at, failures from timers
     where process_manager = $1 and instance_id = $2 order by due_at`,
    [processManager, instanceId],
  );
  return rows.map(({ name, due_at: dueAt, fires_at: firesAt, failures }) => ({
    name,
    dueAt: dueAt.toISOString(),
    firesAt: firesAt.toISOString(),
    failures,
  }));
}
