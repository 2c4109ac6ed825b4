import { rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { takeBaseBackup } from './base-backup.js';
import { own } from './postgres-user.js';
import type { Cluster } from './run-cluster.js';

/**
 * Makes a cluster that follows a running server once it is started, from a backup that is taken now. Made beside its place
 * and then moved there.
 */
export async function prepareRecovery(
  { folder, user }: Cluster,
  primaryUrl: string,
  settings: Readonly<Record<string, string>>,
): Promise<void> {
  const draft = `${folder}.new`;
  await rm(draft, { recursive: true, force: true });
  await takeBaseBackup(primaryUrl, draft);
  const lines = Object.entries(settings).map(
    ([name, value]) => `${name} = '${value.replaceAll("'", "''")}'\n`,
  );
  await writeFile(join(draft, 'postgresql.auto.conf'), lines.join(''), { mode: 0o600 });
  await writeFile(join(draft, 'standby.signal'), '', { mode: 0o600 });
  if (user.ids) await own(draft, user.ids);
  await rename(draft, folder);
}
