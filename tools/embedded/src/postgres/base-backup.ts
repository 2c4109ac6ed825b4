import { copyFile, mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setParameter, withSuperuser } from './with-superuser.js';

/** How much of its log the server keeps for whoever reads it later. */
const KEPT_WAL = '512MB';
/** What a backup leaves out: https://www.postgresql.org/docs/18/continuous-archiving.html#BACKUP-LOWLEVEL-BASE-BACKUP-DATA */
const WITHOUT_CONTENT = new Set([
  'pg_wal',
  'pg_replslot',
  'pg_dynshmem',
  'pg_notify',
  'pg_serial',
  'pg_snapshots',
  'pg_stat_tmp',
  'pg_subtrans',
]);
/** `postgresql.auto.conf` says how this one server is replicated, which is not so for another. */
const LEFT_OUT =
  /^(?:postmaster[.](?:pid|opts)|pgsql_tmp.*|pg_internal[.]init.*|postgresql[.]auto[.]conf|(?:standby|recovery)[.]signal|backup_label.*)$/;
/** Copied last, so that an interrupted copy is no cluster. */
const CONTROL = 'pg_control';

/**
 * Copies the cluster of a running server, without stopping it, into a folder that does not exist yet. From now on the
 * server keeps enough of its log for the copy to be brought up to date.
 */
export async function takeBaseBackup(serverUrl: string, folder: string): Promise<void> {
  await withSuperuser(serverUrl, async (client) => {
    await setParameter(client, 'wal_keep_size', KEPT_WAL);
    const { rows } = await client.query<{ data_directory: string }>('show data_directory');
    const source = rows[0]!.data_directory;
    await client.query(`select pg_backup_start('base backup', fast => true)`);
    await copyFolder(source, folder);
    await copyFile(join(source, 'global', CONTROL), join(folder, 'global', CONTROL));
    const stopped = await client.query<{ labelfile: string }>(
      'select labelfile from pg_backup_stop(wait_for_archive => false)',
    );
    await writeFile(join(folder, 'backup_label'), stopped.rows[0]!.labelfile, { mode: 0o600 });
  });
}

/** What vanishes meanwhile is not needed, and what changes meanwhile is repaired from the log. */
async function copyFolder(source: string, target: string): Promise<void> {
  await mkdir(target, { mode: 0o700 });
  const entries = await readdir(source, { withFileTypes: true });
  const copyEntry = async ({ name, isFolder }: { name: string; isFolder: boolean }) => {
    const [from, to] = [join(source, name), join(target, name)];
    if (!isFolder) await copyFile(from, to);
    else if (WITHOUT_CONTENT.has(name)) await mkdir(to, { mode: 0o700 });
    else await copyFolder(from, to);
  };
  await Promise.all(
    entries
      .map((entry) => ({ name: entry.name, isFolder: entry.isDirectory() }))
      .filter(({ name }) => !LEFT_OUT.test(name) && name !== CONTROL)
      .map((entry) => copyEntry(entry).catch(ignoreMissing)),
  );
}

function ignoreMissing(error: NodeJS.ErrnoException): void {
  if (error.code !== 'ENOENT') throw error;
}
