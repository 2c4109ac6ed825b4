import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { sendSignal } from '@eventfleet/embedded';
import { newId } from '@eventfleet/ids';
import { createPool } from '@eventfleet/postgres';
import { idBeside, storeUser, type NewUser } from './new-user.ts';
import type { StaleRowSettings } from './stale-row.config.ts';

/** Makes the row of a new user stale. */
export type SetUp = (settings: StaleRowSettings) => Promise<NewUser>;

/** Of a constraint, a trigger and its function. */
const NAME = 'stale_row';
/** Below what a transaction of the projector may take. */
const SECONDS_A_BATCH = 2;
const CHANGES = 8_000;
const COMMAND_API = /^command-api(-\d+)?\.pid$/;

export const SET_UPS: Readonly<Record<string, SetUp>> = {
  /** Every copy of command-api is frozen, and the relay with it. */
  async 'relay-stopped'(settings) {
    await signalCommandApis(settings, 'SIGSTOP');
    return storeUser(settings.eventStoreUrl, newId());
  },

  /** The read store refuses the row for ever. */
  async 'user-parked'(settings) {
    const id = newId();
    await onReadStore(settings, [`alter table user_list add constraint ${NAME} check (id <> '${id}')`]);
    return storeUser(settings.eventStoreUrl, id);
  },

  /** Writing is slow, and the user is stored behind thousands of changes of another one. */
  async 'projector-lagging'(settings) {
    await onReadStore(settings, [
      `create function ${NAME}() returns trigger language plpgsql
         as $$ begin perform pg_sleep(${SECONDS_A_BATCH}); return null; end $$`,
      `create trigger ${NAME} before update on user_list for each statement execute function ${NAME}()`,
    ]);
    const id = newId();
    await storeUser(settings.eventStoreUrl, idBeside(id, settings.partitions), CHANGES);
    return storeUser(settings.eventStoreUrl, id);
  },
};

/** Takes back what the set-ups did. The users stay; one that is parked waits for a retry. Idempotent. */
export async function undo(settings: StaleRowSettings): Promise<void> {
  await signalCommandApis(settings, 'SIGCONT');
  await onReadStore(settings, [
    `alter table user_list drop constraint if exists ${NAME}`,
    `drop trigger if exists ${NAME} on user_list`,
    `drop function if exists ${NAME}`,
  ]);
}

/** @throws Error if no command-api is recorded in the data folder */
async function signalCommandApis({ runDir }: StaleRowSettings, signal: NodeJS.Signals): Promise<void> {
  const files = (await readdir(runDir).catch(() => [])).filter((file) => COMMAND_API.test(file));
  if (files.length === 0 && signal === 'SIGSTOP') throw new Error(`no command-api is recorded in ${runDir}`);
  for (const file of files) sendSignal(Number(await readFile(join(runDir, file), 'utf8')), signal);
}

/** Waits for a batch that is being written. */
async function onReadStore({ readStoreUrl }: StaleRowSettings, statements: readonly string[]): Promise<void> {
  const pool = createPool({
    url: readStoreUrl,
    applicationName: 'eventfleet-stale-row',
    max: 1,
    timeoutMs: 30_000,
  });
  for (const statement of statements) await pool.query(statement);
  await pool.end();
}
