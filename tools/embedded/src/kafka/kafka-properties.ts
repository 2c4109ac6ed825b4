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
 * One node that is broker and controller. Topics are made by the fleet only; the internal topics are small,
 * since a development machine pays for every partition.
 */
export function kafkaProperties(
  logDir: string,
  ports: KafkaPorts,
  bindAddress: string,
  proxied: readonly ProxiedListener[] = [],
  settings: Readonly<Record<string, string>> = {},
): string {
  const named = proxied.map((listener, index) => ({ ...listener, name: `PROXIED${index}` }));
  const join = (first: string, others: readonly string[]) => [first, ...others].join(',');
  return Object.entries({
    'process.roles': 'broker,controller',
    'node.id': 1,
    'controller.quorum.voters': `1@127.0.0.1:${ports.controller}`,
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
      named.map(({ name }) => `${name}:PLAINTEXT`),
    ),
    'log.dirs': logDir,
    // A broker that was killed may register again only when its old session has run out: 9 s by default.
    'broker.session.timeout.ms': 4_000,
    'broker.heartbeat.interval.ms': 1_000,
    'auto.create.topics.enable': false,
    'group.initial.rebalance.delay.ms': 0,
    'offsets.topic.num.partitions': 5,
    'offsets.topic.replication.factor': 1,
    'transaction.state.log.num.partitions': 1,
    'transaction.state.log.replication.factor': 1,
    'transaction.state.log.min.isr': 1,
    'share.coordinator.state.topic.num.partitions': 1,
    'share.coordinator.state.topic.replication.factor': 1,
    'share.coordinator.state.topic.min.isr': 1,
    ...settings,
  })
    .map(([name, value]) => `${name}=${value}\n`)
    .join('');
}
