import type { ServerCertificate } from '../tls/certificates.js';

export interface KafkaPorts {
  readonly broker: number;
  readonly controller: number;
}

/** One more address of the broker, for clients that reach it through a proxy. */
export interface ProxiedListener {
  /** On which the broker listens. */
  readonly port: number;
  /** The port that clients are sent to: the proxy's. */
  readonly advertisedPort: number;
}

/**
 * One more address of the broker, by TLS and with a login by SCRAM-SHA-512. Whoever is logged in may do what rules
 * allow; the plain address stays, and is the administrator's.
 */
export interface SecuredListener {
  /** On which the broker listens, and that clients are sent to. */
  readonly port: number;
  readonly certificate: ServerCertificate;
  /** Passwords by user. They count when the data folder is new. */
  readonly users: Readonly<Record<string, string>>;
}

/** A node that is broker and controller. */
export interface KafkaNodePlan {
  /** From 1. */
  readonly id: number;
  readonly ports: KafkaPorts;
  readonly proxied?: readonly ProxiedListener[] | undefined;
  readonly secured?: SecuredListener | undefined;
  /** Settings of the broker beside those that it has anyway. */
  readonly settings?: Readonly<Record<string, string>> | undefined;
}

const SECURED = 'SECURED';
/** The user of a secured listener who may do everything. */
export const KAFKA_ADMINISTRATOR = 'admin';
export const SCRAM = 'SCRAM-SHA-512';

/** As the fleet does for its own topics. */
const LEAST_FOR_TWO_IN_SYNC = 3;

/**
 * One node of a cluster of nodes that are each broker and controller. Topics are made by the fleet only; the internal
 * topics are small, since a development machine pays for every partition, and are on every node.
 */
export function kafkaProperties(
  { id, ports, proxied = [], secured, settings = {} }: KafkaNodePlan,
  nodes: readonly KafkaNodePlan[],
  logDir: string,
  bindAddress: string,
): string {
  const named = [
    ...proxied.map((listener, index) => ({ ...listener, name: `PROXIED${index}`, protocol: 'PLAINTEXT' })),
    ...(secured
      ? [{ port: secured.port, advertisedPort: secured.port, name: SECURED, protocol: 'SASL_SSL' }]
      : []),
  ];
  const join = (first: string, others: readonly string[]) => [first, ...others].join(',');
  const voters = nodes.map((node) => `${node.id}@127.0.0.1:${node.ports.controller}`);
  const inSync = nodes.length >= LEAST_FOR_TWO_IN_SYNC ? 2 : 1;
  return Object.entries({
    'process.roles': 'broker,controller',
    'node.id': id,
    'controller.quorum.voters': voters.join(','),
    listeners: join(
      `PLAINTEXT://${bindAddress}:${ports.broker},CONTROLLER://127.0.0.1:${ports.controller}`,
      named.map(({ name, port }) => `${name}://${bindAddress}:${port}`),
    ),
    'advertised.listeners': join(
      `PLAINTEXT://127.0.0.1:${ports.broker}`,
      named.map(({ name, advertisedPort }) => `${name}://127.0.0.1:${advertisedPort}`),
    ),
    'controller.listener.names': 'CONTROLLER',
    'inter.broker.listener.name': 'PLAINTEXT',
    'listener.security.protocol.map': join(
      'CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT',
      named.map(({ name, protocol }) => `${name}:${protocol}`),
    ),
    'log.dirs': logDir,
    // A broker that was killed may register again only when its old session has run out: 9 s by default.
    'broker.session.timeout.ms': 4_000,
    'broker.heartbeat.interval.ms': 1_000,
    // A broker that is back leads again soon: 300 s by default.
    'leader.imbalance.check.interval.seconds': 5,
    'auto.create.topics.enable': false,
    'group.initial.rebalance.delay.ms': 0,
    'offsets.topic.num.partitions': 5,
    'offsets.topic.replication.factor': nodes.length,
    'transaction.state.log.num.partitions': 1,
    'transaction.state.log.replication.factor': nodes.length,
    'transaction.state.log.min.isr': inSync,
    'share.coordinator.state.topic.num.partitions': 1,
    'share.coordinator.state.topic.replication.factor': nodes.length,
    'share.coordinator.state.topic.min.isr': inSync,
    ...(secured ? securedProperties(secured) : {}),
    ...settings,
  })
    .map(([name, value]) => `${name}=${value}\n`)
    .join('');
}

function securedProperties({ certificate }: SecuredListener): Record<string, string> {
  const own = `listener.name.${SECURED.toLowerCase()}`;
  const module = 'org.apache.kafka.common.security.scram.ScramLoginModule';
  return {
    [`${own}.ssl.keystore.type`]: 'PEM',
    [`${own}.ssl.keystore.location`]: certificate.keyStoreFile,
    [`${own}.sasl.enabled.mechanisms`]: SCRAM,
    [`${own}.${SCRAM.toLowerCase()}.sasl.jaas.config`]: `${module} required;`,
    'authorizer.class.name': 'org.apache.kafka.metadata.authorizer.StandardAuthorizer',
    // Whoever comes by the plain address, and one of the users.
    'super.users': `User:ANONYMOUS;User:${KAFKA_ADMINISTRATOR}`,
  };
}
