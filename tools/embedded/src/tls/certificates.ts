import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runCommand } from '../process/run-command.js';
import { ServerStartError } from '../process/server-process.js';

/** What a server shows for itself, and what its clients trust. All files are PEM. */
export interface ServerCertificate {
  /** The authority that signed it: for clients. */
  readonly caFile: string;
  readonly certFile: string;
  /** PKCS#8. */
  readonly keyFile: string;
  /** Key and certificate in one, as Kafka wants them. */
  readonly keyStoreFile: string;
}

const NEW_KEY = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
const ONE_DAY = ['-days', '1'];

/**
 * Makes an authority that nobody else knows, and has it sign a certificate for `localhost` and 127.0.0.1. By the
 * program `openssl`; for tests.
 * @throws ServerStartError with the program's last lines
 */
export async function createCertificate(folder: string): Promise<ServerCertificate> {
  await mkdir(folder, { recursive: true });
  const file = (name: string) => join(folder, name);
  const [caFile, caKey, certFile, keyFile] = [
    file('ca.pem'),
    file('ca.key'),
    file('server.pem'),
    file('server.key'),
  ];
  const request = file('server.csr');
  const extensions = file('extensions');
  const keyStoreFile = file('server-and-key.pem');
  await writeFile(extensions, 'subjectAltName=DNS:localhost,IP:127.0.0.1\nextendedKeyUsage=serverAuth\n');
  const authority = ['-x509', ...ONE_DAY, '-subj', '/CN=test authority', '-keyout', caKey, '-out', caFile];
  await openssl('req', ...NEW_KEY, ...authority);
  await openssl('req', ...NEW_KEY, '-subj', '/CN=localhost', '-keyout', keyFile, '-out', request);
  const signed = ['-CA', caFile, '-CAkey', caKey, '-CAcreateserial', '-extfile', extensions];
  await openssl('x509', '-req', '-in', request, ...signed, ...ONE_DAY, '-out', certFile);
  await writeFile(keyStoreFile, (await readFile(keyFile, 'utf8')) + (await readFile(certFile, 'utf8')));
  return { caFile, certFile, keyFile, keyStoreFile };
}

async function openssl(...args: readonly string[]): Promise<void> {
  const { ok, output } = await runCommand('openssl', args);
  if (!ok) throw new ServerStartError('openssl', 'it made no certificate', output.split('\n').slice(-5));
}
