import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Has a line for each jar that Kafka runs on, as `sha256sum` writes them. */
const CHECKSUMS = fileURLToPath(new URL('../../kafka/jars.sha256', import.meta.url));

/**
 * What is wrong with a folder of jars: each must have its checksum, none may be missing, and no other may be there, as
 * Java would load it too. Undefined if nothing is.
 */
export async function checkJars(folder: string, checksums = CHECKSUMS): Promise<string | undefined> {
  const expected = parseChecksums(await readFile(checksums, 'utf8'));
  const found = await readdir(folder);
  const strange = found.find((name) => !expected.has(name));
  if (strange !== undefined) return `${strange} does not belong there`;
  for (const [name, checksum] of expected) {
    if (!found.includes(name)) return `${name} is missing`;
    const actual = createHash('sha256').update(await readFile(join(folder, name)));
    if (actual.digest('hex') !== checksum) return `${name} has another checksum`;
  }
  return undefined;
}

function parseChecksums(text: string): ReadonlyMap<string, string> {
  const lines = text.split('\n').filter((line) => line !== '');
  return new Map(lines.map((line) => [line.slice(66), line.slice(0, 64)]));
}
