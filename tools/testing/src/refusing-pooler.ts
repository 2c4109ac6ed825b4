import { connect, createServer, type AddressInfo } from 'node:net';

export interface RefusingPooler {
  /** Of the same database, behind the pooler. */
  readonly url: string;
  close(): Promise<void>;
}

/** What every pooler knows; whatever else a client asks for at its start, PgBouncer refuses. */
const KNOWN = new Set(['user', 'database', 'application_name', 'client_encoding']);
/** Length and protocol version. */
const HEAD_BYTES = 8;

/**
 * A stand-in for PgBouncer as it is by default, in front of a Postgres: byte for byte the refusal of PgBouncer 1.18 and
 * 1.25 for a client that asks for a setting, and a plain way through for any other.
 */
export async function startRefusingPooler(targetUrl: string): Promise<RefusingPooler> {
  const target = new URL(targetUrl);
  const server = createServer((client) => {
    client.on('error', () => undefined);
    client.once('data', (startup: Buffer) => {
      const refused = settingsOf(startup).find((name) => !KNOWN.has(name));
      if (refused !== undefined) return client.end(refusalOf(refused));
      const upstream = connect({ host: target.hostname, port: Number(target.port) });
      upstream.on('error', () => client.destroy());
      client.on('close', () => upstream.destroy());
      upstream.write(startup);
      client.pipe(upstream).pipe(client);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = new URL(targetUrl);
  url.host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url: url.href,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

/** Names and values follow one another: https://www.postgresql.org/docs/18/protocol-message-formats.html, StartupMessage */
function settingsOf(startup: Buffer): string[] {
  const texts = startup.toString('utf8', HEAD_BYTES).split('\0');
  return texts.filter((text, index) => index % 2 === 0 && text !== '');
}

function refusalOf(name: string): Buffer {
  const body = Buffer.from(`SFATAL\0C08P01\0Munsupported startup parameter: ${name}\0\0`);
  const head = Buffer.alloc(5);
  head.write('E');
  head.writeInt32BE(body.length + 4, 1);
  return Buffer.concat([head, body]);
}
