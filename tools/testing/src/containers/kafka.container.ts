import {
  BoundPorts,
  GenericContainer,
  Wait,
  getContainerRuntimeClient,
  waitForContainer,
  type StartedTestContainer,
} from 'testcontainers';

const CLIENT_PORT = 9092;
const ADVERTISED = '/tmp/advertised';
const WAITING = 'waiting for the mapped port';

/** Any one of these makes the image drop its defaults for a single node, so all that matters is here. */
const SETTINGS = {
  KAFKA_NODE_ID: '1',
  KAFKA_PROCESS_ROLES: 'broker,controller',
  KAFKA_CONTROLLER_QUORUM_VOTERS: '1@localhost:9093',
  KAFKA_CONTROLLER_LISTENER_NAMES: 'CONTROLLER',
  KAFKA_INTER_BROKER_LISTENER_NAME: 'INTERNAL',
  KAFKA_LISTENERS: `CLIENT://0.0.0.0:${CLIENT_PORT},CONTROLLER://localhost:9093,INTERNAL://localhost:9094`,
  KAFKA_LISTENER_SECURITY_PROTOCOL_MAP: 'CLIENT:PLAINTEXT,CONTROLLER:PLAINTEXT,INTERNAL:PLAINTEXT',
  KAFKA_AUTO_CREATE_TOPICS_ENABLE: 'false',
  KAFKA_GROUP_INITIAL_REBALANCE_DELAY_MS: '0',
  KAFKA_OFFSETS_TOPIC_NUM_PARTITIONS: '5',
  KAFKA_OFFSETS_TOPIC_REPLICATION_FACTOR: '1',
  KAFKA_TRANSACTION_STATE_LOG_REPLICATION_FACTOR: '1',
  KAFKA_TRANSACTION_STATE_LOG_MIN_ISR: '1',
  KAFKA_SHARE_COORDINATOR_STATE_TOPIC_REPLICATION_FACTOR: '1',
  KAFKA_SHARE_COORDINATOR_STATE_TOPIC_MIN_ISR: '1',
  KAFKA_HEAP_OPTS: '-Xms128m -Xmx512m',
};

/**
 * One broker that is its own controller. A client goes to the address that the broker advertises, and the mapped
 * port is known only once the container runs: so it waits for that address, and then starts the broker.
 */
class KafkaContainer extends GenericContainer {
  constructor() {
    super('apache/kafka:4.3.1');
    this.withExposedPorts(CLIENT_PORT)
      .withEnvironment(SETTINGS)
      .withEntrypoint(['/bin/bash', '-c'])
      .withCommand([
        `echo '${WAITING}'; until [ -s ${ADVERTISED} ]; do sleep 0.05; done; ` +
          `export KAFKA_ADVERTISED_LISTENERS="$(cat ${ADVERTISED})"; exec /etc/kafka/docker/run`,
      ])
      .withWaitStrategy(Wait.forLogMessage(WAITING));
  }

  protected override async containerStarted(container: StartedTestContainer): Promise<void> {
    const listeners = `CLIENT://${brokerOf(container)},INTERNAL://localhost:9094`;
    await container.copyContentToContainer([{ content: listeners, target: ADVERTISED }]);
    const client = await getContainerRuntimeClient();
    const running = Wait.forLogMessage('Transitioning from RECOVERY to RUNNING').withStartupTimeout(60_000);
    await waitForContainer(client, client.container.getById(container.getId()), running, new BoundPorts());
  }
}

/** Starts Kafka in KRaft mode and waits until it serves. */
export async function startKafkaContainer(): Promise<{ brokers: string; stop(): Promise<unknown> }> {
  const container = await new KafkaContainer().start();
  return { brokers: brokerOf(container), stop: () => container.stop() };
}

function brokerOf(container: StartedTestContainer): string {
  return `${container.getHost()}:${container.getMappedPort(CLIENT_PORT)}`;
}
