import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ServerCertificate } from '../tls/certificates.js';

const ERLANG_CONFIG = fileURLToPath(new URL('../../rabbitmq/node.config', import.meta.url));
/** Part of what a node stores: another name would find nothing of it again. */
const NODE_NAME = 'eventfleet@localhost';
/** Variables that would be stronger than our configuration. */
const NOT_INHERITED = ['RABBITMQ_NODE_PORT', 'RABBITMQ_NODE_IP_ADDRESS', 'RABBITMQ_SERVER_START_ARGS'];
/** Nobody listens there: Erlang's name server (epmd) of this machine is not used. */
const NO_NAME_SERVER_PORT = '1';

/** An address by TLS, and the only user, who may do everything. It counts when the data folder is new. */
export interface SecuredRabbitmq {
  readonly port: number;
  readonly certificate: ServerCertificate;
  readonly user: { readonly name: string; readonly password: string };
}

interface NodePlan {
  readonly port: number;
  readonly unusedPort: number;
  readonly secured: SecuredRabbitmq | undefined;
}

/**
 * Writes the configuration of a node into its data folder, and returns how to run it: as `program` itself, in this process's
 * environment but for what is RabbitMQ's. It reads no other
 * configuration, loads no plugin, stores nothing elsewhere, and speaks to no other node: it listens for AMQP alone.
 */
export async function prepareRabbitmqNode(
  program: string,
  dataDir: string,
  { port, unusedPort, secured }: NodePlan,
): Promise<{ command: string; args: readonly string[] }> {
  const file = (name: string) => join(dataDir, name);
  await mkdir(dataDir, { recursive: true });
  await writeFile(file('rabbitmq.conf'), configuration(port, secured));
  await writeFile(file('rabbitmq-env.conf'), '');
  await writeFile(file('enabled_plugins'), '[].\n');
  // One scheduler, and none that waits busily: an idle node leaves the processor to others.
  const erlang = [
    '-noinput',
    '-config',
    ERLANG_CONFIG,
    '+S',
    '1:1',
    '+sbwt',
    'none',
    '+sbwtdcpu',
    'none',
    '+sbwtdio',
    'none',
  ];
  // Name and port are given to Erlang here: RabbitMQ itself would start the name server, which outlives it.
  const name = ['-sname', NODE_NAME, '-dist_listen', 'false', '-erl_epmd_port', String(unusedPort)];
  const inherited = NOT_INHERITED.flatMap((variable) => ['-u', variable]);
  const own = Object.entries(environment(file)).map(([variable, value]) => `${variable}=${value}`);
  return { command: 'env', args: [...inherited, ...own, program, ...erlang, ...name] };
}

function environment(file: (name: string) => string): Record<string, string> {
  return {
    // The cookie lies there.
    HOME: file(''),
    ERL_EPMD_PORT: NO_NAME_SERVER_PORT,
    // Also for the Erlang that RabbitMQ runs every minute to have a name server.
    ERL_FLAGS: '-start_epmd false',
    ERL_CRASH_DUMP: file('erl_crash.dump'),
    // Makes the script become Erlang, rather than wait for it: signals reach it, and the process id is its own.
    RABBITMQ_ALLOW_INPUT: '1',
    RABBITMQ_NODENAME: NODE_NAME,
    RABBITMQ_CONF_ENV_FILE: file('rabbitmq-env.conf'),
    RABBITMQ_CONFIG_FILE: file('rabbitmq.conf'),
    RABBITMQ_ADVANCED_CONFIG_FILE: file('advanced.config'),
    RABBITMQ_GENERATED_CONFIG_DIR: file('generated'),
    RABBITMQ_ENABLED_PLUGINS_FILE: file('enabled_plugins'),
    RABBITMQ_MNESIA_BASE: file('mnesia'),
    RABBITMQ_PID_FILE: file('rabbitmq.pid'),
    RABBITMQ_LOG_BASE: file('log'),
    RABBITMQ_LOGS: '-',
  };
}

/** A development machine's: little memory, little disk. */
function configuration(port: number, secured: SecuredRabbitmq | undefined): string {
  return Object.entries({
    'listeners.tcp.local': `127.0.0.1:${port}`,
    'num_acceptors.tcp': 2,
    'vm_memory_high_watermark.absolute': '512MB',
    'disk_free_limit.absolute': '64MB',
    // Consumers hold whole messages: the default is 16 MiB, before RabbitMQ 4 128 MiB.
    max_message_size: 1024 * 1024,
    'raft.wal_max_size_bytes': 32 * 1024 * 1024,
    ...(secured ? securedConfiguration(secured) : {}),
  })
    .map(([name, value]) => `${name} = ${value}\n`)
    .join('');
}

function securedConfiguration({ port, certificate, user }: SecuredRabbitmq): Record<string, string> {
  return {
    'listeners.ssl.local': `127.0.0.1:${port}`,
    'ssl_options.cacertfile': certificate.caFile,
    'ssl_options.certfile': certificate.certFile,
    'ssl_options.keyfile': certificate.keyFile,
    'ssl_options.verify': 'verify_none',
    default_user: user.name,
    default_pass: user.password,
  };
}
