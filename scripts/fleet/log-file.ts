import { rename, stat } from 'node:fs/promises';
import { join } from 'node:path';

const MOST_BYTES = 50 * 1024 * 1024;

/** The log of a service that is about to start. One that has grown large is moved aside; one such is kept. */
export async function prepareLog(folder: string, name: string): Promise<string> {
  const file = join(folder, `${name}.log`);
  const size = await stat(file).then(
    (found) => found.size,
    () => 0,
  );
  if (size > MOST_BYTES) await rename(file, `${file}.1`);
  return file;
}
