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

/** A node that is broker and controller. */
export interface KafkaNodePlan {
  /** From 1. */
  readonly id: number;
  readonly ports: KafkaPorts;
  readonly proxied?: readonly ProxiedListener[] | undefined;
  /** Settings of the broker beside those that it has anyway. */
  readonly settings?: Readonly<Record<string, string>> | undefined;
}

/** As the fleet does for its own topics. */
const LEAST_FOR_TWO_IN_SYNC = 3;

/**
 * One node of a cluster of nodes that are each broker and controller. Topics are made by the fleet only; the internal
 * topics are small, since a development machine pays for every partition, and are on every node.
 */
export function kafkaProperties(
  { id, ports, proxied = [], settings = {} }: KafkaNodePlan,
  nodes: readonly KafkaNodePlan[],
  logDir: string,
  bindAddress: string,
): string {
  const named = proxied.map((listener, index) => ({ ...listener, name: `PROXIED${index}` }));
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
      named.map(({ name }) => `${name}:PLAINTEXT`),
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
    ...settings,
  })
    .map(([name, value]) => `${name}=${value}\n`)
    .join('');
}
