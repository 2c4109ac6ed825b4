import { chmod, mkdir } from 'node:fs/promises';

const OWNER_ALONE = 0o077;

/**
 * From now on this process, and all that it starts, write for their own user alone; and nobody else enters the folder.
 * What lay in it before keeps its permissions, behind that door.
 */
export async function keepPrivate(folder: string): Promise<void> {
  process.umask(OWNER_ALONE);
  await mkdir(folder, { recursive: true });
  await chmod(folder, 0o700);
}
