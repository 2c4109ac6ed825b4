import { randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import {
  createCertificate,
  findRabbitmq,
  freePort,
  KAFKA_ADMINISTRATOR,
  startKafka,
  startPostgres,
  startRabbitmq,
  type ServerCertificate,
} from '@eventfleet/embedded';
import { SMTPServer } from 'smtp-server';
import { CACHE } from './own-kafka.js';

/** Beside other suites, and everything else that starts here. */
const START_MS = 180_000;

/** Postgres, Kafka, RabbitMQ and a mail server that take nobody in clear text, and nobody without a login. */
export interface SecuredServers {
  readonly folder: string;
  /** Of the authority that signed every certificate, and of one that signed none. */
  readonly caFile: string;
  readonly otherCaFile: string;
  /** Every password that this made, by what it is for. */
  readonly secrets: ReadonlyMap<string, string>;
  /** The address of a database for a user, with a CA file. */
  database(name: string, user: string, caFile?: string): string;
  readonly postgresAsSuperuser: (name: string) => string;
  readonly kafkaBrokers: string;
  /** Without a login or TLS, as its administrator. */
  readonly kafkaInClearText: string;
  readonly rabbitmqUrl: string;
  readonly smtpUrl: string;
  /** Whole mails, in the order in which they arrived. */
  readonly mails: readonly string[];
  /** What the servers have logged. */
  logs(): Promise<string>;
  stop(): Promise<void>;
}

/** @param kafkaUsers beside the administrator; the names of Postgres's users may be any */
export async function startSecuredServers(kafkaUsers: readonly string[]): Promise<SecuredServers> {
  await using started = new AsyncDisposableStack();
  const folder = await mkdtemp(join(tmpdir(), 'secured-'));
  started.defer(() => rm(folder, { recursive: true, force: true }));
  const secrets = new Map<string, string>();
  const secret = (name: string) => {
    const known = secrets.get(name) ?? randomBytes(18).toString('hex');
    secrets.set(name, known);
    return known;
  };
  const certificate = await createCertificate(join(folder, 'certificate'));
  const other = await createCertificate(join(folder, 'other'));
  const place = (name: string) => ({ dataDir: join(folder, name), logFile: join(folder, `${name}.log`) });

  const starting = [
    startPostgres({ ...place('postgres'), port: await freePort(), certificate }),
    secureKafka(certificate, [KAFKA_ADMINISTRATOR, ...kafkaUsers], secret, place('kafka')),
    secureRabbitmq(certificate, secret('rabbitmq'), place('rabbitmq')),
    startMailServer(certificate, secret('smtp')),
  ] as const;
  started.defer(async () => {
    const results = await Promise.allSettled<{ stop(): Promise<unknown> }>(starting);
    const running = results.filter((result) => result.status === 'fulfilled');
    await Promise.all(running.map(({ value }) => value.stop()));
  });
  const [postgres, kafka, rabbitmq, smtp] = await Promise.all(starting);
  const database = (name: string, user: string, password: string, caFile = certificate.caFile) => {
    const url = new URL(postgres.url);
    Object.assign(url, { hostname: 'localhost', username: user, password, pathname: `/${name}` });
    url.search = String(new URLSearchParams({ sslmode: 'verify-full', sslrootcert: caFile }));
    return url.href;
  };
  const scope = started.move();
  return {
    folder,
    caFile: certificate.caFile,
    otherCaFile: other.caFile,
    secrets,
    database: (name, user, caFile) => database(name, user, secret(user), caFile),
    postgresAsSuperuser: (name) => database(name, 'postgres', 'postgres'),
    kafkaBrokers: kafka.secured,
    kafkaInClearText: kafka.brokers,
    rabbitmqUrl: rabbitmq.secured,
    smtpUrl: smtp.url,
    mails: smtp.mails,
    logs: async () => {
      const files = ['postgres', 'kafka', 'rabbitmq'].map((name) => readFile(place(name).logFile, 'utf8'));
      return (await Promise.all(files)).join('\n');
    },
    stop: () => scope.disposeAsync(),
  };
}

interface Place {
  readonly dataDir: string;
  readonly logFile: string;
}

async function secureKafka(
  certificate: ServerCertificate,
  names: readonly string[],
  secret: (name: string) => string,
  place: Place,
) {
  const port = await freePort();
  const users = Object.fromEntries(names.map((name) => [name, secret(name)]));
  const secured = { port, certificate, users };
  const server = await startKafka({
    ...place,
    port: await freePort(),
    cacheDir: CACHE,
    secured,
    startMs: START_MS,
  });
  return { ...server, secured: `localhost:${port}` };
}

async function secureRabbitmq(certificate: ServerCertificate, password: string, place: Place) {
  const found = await findRabbitmq(undefined);
  if (!('program' in found)) throw new Error('this test starts an installed RabbitMQ');
  const { program } = found;
  const secured = { port: await freePort(), certificate, user: { name: 'fleet', password } };
  const server = await startRabbitmq({ ...place, program, port: await freePort(), secured });
  return { ...server, secured: `amqps://fleet:${password}@localhost:${secured.port}` };
}

/** It takes mails after STARTTLS and a login, and no others. */
async function startMailServer({ certFile, keyFile }: ServerCertificate, password: string) {
  const mails: string[] = [];
  const receive = async (stream: Readable) => mails.push(await text(stream));
  const server = new SMTPServer({
    cert: await readFile(certFile),
    key: await readFile(keyFile),
    disableReverseLookup: true,
    closeTimeout: 1_000,
    onAuth: (auth, _session, answer) =>
      auth.username === 'fleet' && auth.password === password
        ? answer(null, { user: 'fleet' })
        : answer(Object.assign(new Error('no such user and password'), { responseCode: 535 })),
    onData: (stream, _session, answer) => void receive(stream).then(() => answer(null)),
  });
  server.on('error', () => undefined);
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  const { port } = server.server.address() as AddressInfo;
  return {
    url: `smtp://fleet:${password}@localhost:${port}?requireTLS=true`,
    mails,
    stop: () => new Promise<void>((resolve) => server.close(() => resolve())),
  };
}
