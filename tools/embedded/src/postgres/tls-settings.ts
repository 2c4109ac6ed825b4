import { chown, copyFile, mkdir, writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { ServerCertificate } from '../tls/certificates.js';
import type { PostgresUser } from './postgres-user.js';

/** Whoever does not encrypt is refused before a password is asked for. */
const RULES = 'hostssl all all 127.0.0.1/32 scram-sha-256\nhostnossl all all all reject\n';

/** Copies the certificate to where Postgres may read it, and returns the settings that make it the only way in. */
export async function tlsSettings(
  dataDir: string,
  { certFile, keyFile }: ServerCertificate,
  { ids }: PostgresUser,
): Promise<Record<string, string>> {
  const folder = resolve(dataDir, 'tls');
  const [certificate, key, rules] = [`${folder}/server.pem`, `${folder}/server.key`, `${folder}/pg_hba.conf`];
  await mkdir(folder, { recursive: true });
  await copyFile(certFile, certificate);
  await copyFile(keyFile, key);
  await writeFile(rules, RULES);
  if (ids) for (const file of [folder, certificate, key, rules]) await chown(file, ids.uid, ids.gid);
  return { ssl: 'on', ssl_cert_file: certificate, ssl_key_file: key, hba_file: rules };
}
