import { randomBytes } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

const BYTES = 32;

/** The secret of the verification tokens, made once for a data folder: links in mails outlive a restart. */
export async function verificationSecret(dataDir: string): Promise<string> {
  const file = join(dataDir, 'verification-secret');
  await mkdir(dataDir, { recursive: true });
  try {
    await writeFile(file, randomBytes(BYTES).toString('base64url'), { flag: 'wx', mode: 0o600 });
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
  }
  return (await readFile(file, 'utf8')).trim();
}
