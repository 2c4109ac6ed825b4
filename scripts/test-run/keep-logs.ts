import { mkdir, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * Keeps what the apps of a failed run wrote, in place of what an earlier one left.
 * @param temporary where each app has had a folder with a file `log`
 * @returns the folder with a log of each app
 */
export async function keepLogs(temporary: string, dataDir: string): Promise<string> {
  const kept = join(dataDir, 'failed-run');
  await rm(kept, { recursive: true, force: true });
  await mkdir(kept);
  for (const folder of await readdir(temporary)) {
    // Not each folder is an app's.
    await rename(join(temporary, folder, 'log'), join(kept, `${folder}.log`)).catch(() => undefined);
  }
  return kept;
}
