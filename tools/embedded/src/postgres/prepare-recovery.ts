import { cp, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { takeBaseBackup, type BaseBackup } from './base-backup.js';
import { own } from './postgres-user.js';
import type { Cluster } from './run-cluster.js';

export interface Recovery {
  /** What makes the server recover at its start, and how. */
  readonly signal: 'standby' | 'recovery';
  readonly settings: Readonly<Record<string, string>>;
}

/**
 * Makes a cluster that recovers when it is started: from a backup, or from one of a running server that is taken now.
 * Made beside its place and then moved there.
 */
export async function prepareRecovery(
  { folder, user }: Cluster,
  from: BaseBackup | { readonly url: string },
  { signal, settings }: Recovery,
): Promise<void> {
  const draft = `${folder}.new`;
  await rm(draft, { recursive: true, force: true });
  if ('url' in from) await takeBaseBackup(from.url, draft);
  else await cp(from.folder, draft, { recursive: true });
  const lines = Object.entries(settings).map(
    ([name, value]) => `${name} = '${value.replaceAll("'", "''")}'\n`,
  );
  await writeFile(join(draft, 'postgresql.auto.conf'), lines.join(''), { mode: 0o600 });
  await writeFile(join(draft, `${signal}.signal`), '', { mode: 0o600 });
  if (user.ids) await own(draft, user.ids);
  await rename(draft, folder);
}
