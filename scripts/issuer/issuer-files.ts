import { randomBytes } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { exportJWK, generateKeyPair, type JWK } from 'jose';
import { CLIENTS, type ClientId } from './clients.ts';

const SECRET_BYTES = 32;

/** Made once for a data folder, and for its owner alone: tokens and secrets outlive a restart. */
export interface IssuerFiles {
  /** The pair of keys that signs. */
  readonly key: JWK;
  readonly secrets: ReadonlyMap<string, string>;
}

export function secretFile(dataDir: string, client: ClientId): string {
  return join(dataDir, 'issuer', `${client}.secret`);
}

export async function issuerFiles(dataDir: string): Promise<IssuerFiles> {
  await mkdir(join(dataDir, 'issuer'), { recursive: true, mode: 0o700 });
  const secrets = new Map<string, string>();
  for (const { id } of CLIENTS) {
    const secret = await keep(secretFile(dataDir, id), () => randomBytes(SECRET_BYTES).toString('base64url'));
    secrets.set(id, secret);
  }
  const key = await keep(join(dataDir, 'issuer', 'key.json'), async () => JSON.stringify(await newKey()));
  return { key: JSON.parse(key) as JWK, secrets };
}

async function newKey(): Promise<JWK> {
  const { privateKey } = await generateKeyPair('ES256', { extractable: true });
  return { ...(await exportJWK(privateKey)), kid: randomBytes(8).toString('hex'), alg: 'ES256', use: 'sig' };
}

async function keep(file: string, make: () => string | Promise<string>): Promise<string> {
  try {
    await writeFile(file, await make(), { flag: 'wx', mode: 0o600 });
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
  }
  return readFile(file, 'utf8');
}
