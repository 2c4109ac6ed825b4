import { plaintextVariables } from './variables.js';

type Present = Readonly<Record<string, string>>;

/** Which servers a variable names, and whether whatever goes there is encrypted, to a server that has proved its name. */
interface Connection {
  readonly hosts: (value: string, present: Present) => readonly string[];
  readonly isSecure: (value: string, present: Present) => boolean;
  /** What makes it secure. */
  readonly remedy: string;
}

const HOSTS_VARIABLE = 'PLAINTEXT_HOSTS';
const LOOPBACK = /^(localhost|.+\.localhost|127(\.\d{1,3}){3}|::1)$/i;

/** Of an IPv6 address, what is in its brackets. */
const bare = (host: string) => host.replace(/^\[(.*)\]$/, '$1');

const hostOfUrl = (value: string) => [bare(URL.parse(value)?.hostname ?? '')];

const postgres: Connection = {
  // A host in the query is the stronger one. Without any, the driver takes PGHOST.
  hosts: (value, { PGHOST: fallback = '' }) => {
    const named = [...(URL.parse(value)?.searchParams.getAll('host') ?? []), ...hostOfUrl(value)].filter(
      Boolean,
    );
    return named.length > 0 ? named : [fallback];
  },
  isSecure: (value) => URL.parse(value)?.searchParams.getAll('sslmode').join() === 'verify-full',
  remedy: 'add sslmode=verify-full',
};

const CONNECTIONS: Readonly<Record<string, Connection>> = {
  EVENT_STORE_URL: postgres,
  READ_STORE_URL: postgres,
  KAFKA_BROKERS: {
    hosts: (value) => value.split(',').map((broker) => broker.replace(/:\d+$/, '')),
    isSecure: (_, { KAFKA_SSL: ssl = 'false' }) => ssl !== 'false',
    remedy: 'set KAFKA_SSL',
  },
  RABBITMQ_URL: {
    hosts: hostOfUrl,
    isSecure: (value) => value.startsWith('amqps:'),
    remedy: 'take amqps://',
  },
  SMTP_URL: {
    hosts: hostOfUrl,
    isSecure: isSecureMail,
    remedy: 'take smtps://, or add requireTLS=true',
  },
  // Tokens of the command line and of the console go there.
  FLEET_APP_URLS: {
    hosts: (value) => clearAppUrls(value).flatMap(hostOfUrl),
    isSecure: (value) => clearAppUrls(value).length === 0,
    remedy: 'take https://',
  },
};

function clearAppUrls(value: string): readonly string[] {
  const urls = value.split(',').map((entry) => entry.slice(entry.indexOf('=') + 1).trim());
  return urls.filter((url) => !url.startsWith('https:'));
}

/** Options of nodemailer may be given behind the address, and some of them take the protection away again. */
function isSecureMail(value: string): boolean {
  const url = URL.parse(value);
  if (url === null) return false;
  const says = (option: string, text: string) => url.searchParams.getAll(option).includes(text);
  const isTls = url.protocol === 'smtps:' || says('requireTLS', 'true');
  return isTls && !says('ignoreTLS', 'true') && !says('tls.rejectUnauthorized', 'false');
}

/**
 * What of these variables connects to another machine in clear text, or to a server that need not prove its name, and
 * is not allowed by `PLAINTEXT_HOSTS`. Loopback and Unix sockets are always allowed. A message never holds a value.
 */
export function plaintextProblems(present: Present, read: ReadonlySet<string>): readonly string[] {
  const allowed = plaintextVariables[HOSTS_VARIABLE].safeParse(present[HOSTS_VARIABLE]);
  if (!allowed.success) return allowed.error.issues.map(({ message }) => `${HOSTS_VARIABLE}: ${message}`);
  const isAllowed = (host: string) =>
    host === '' || host.startsWith('/') || LOOPBACK.test(host) || allowed.data.includes(host.toLowerCase());
  return Object.entries(CONNECTIONS).flatMap(([name, { hosts, isSecure, remedy }]) => {
    const value = present[name];
    if (value === undefined || !read.has(name) || isSecure(value, present)) return [];
    if (hosts(value, present).every(isAllowed)) return [];
    return [
      `${name}: would reach another machine unencrypted or unverified: ${remedy}, or name the host in ${HOSTS_VARIABLE}`,
    ];
  });
}
