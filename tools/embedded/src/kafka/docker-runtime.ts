import { runCommand } from '../process/run-command.js';
import type { KafkaRuntime } from './kafka-runtime.js';

const IMAGE = 'apache/kafka:4.3.1';
const BIN = '/opt/kafka/bin';

/**
 * Kafka in a container that lives no longer than its `docker run`, with its data in `dataDir` of this machine. A
 * container that a killed `docker run` left behind on its first port is removed before.
 */
export async function startDockerRuntime(dataDir: string, ports: readonly number[]): Promise<KafkaRuntime> {
  const name = `eventfleet-kafka-${ports[0]}`;
  await runCommand('docker', ['rm', '--force', name]);
  const user = process.getuid ? ['--user', `${process.getuid()}:${process.getgid?.()}`] : [];
  const run = [
    'run',
    '--rm',
    ...user,
    '--volume',
    `${dataDir}:${dataDir}`,
    '--env',
    'LOG_DIR=/tmp/kafka-logs',
  ];
  const heap = ['--env', 'KAFKA_HEAP_OPTS=-Xms128m -Xmx512m'];
  const published = ports.flatMap((port) => ['--publish', `127.0.0.1:${port}:${port}`]);
  return {
    bindAddress: '0.0.0.0',
    storageTool: (args) =>
      runCommand('docker', [...run, '--entrypoint', `${BIN}/kafka-storage.sh`, IMAGE, ...args]),
    broker: (propertiesFile) => ({
      command: 'docker',
      args: [
        ...run,
        ...heap,
        '--name',
        name,
        ...published,
        '--entrypoint',
        `${BIN}/kafka-server-start.sh`,
        IMAGE,
        propertiesFile,
      ],
    }),
  };
}

/** Why no container can be run on this machine; undefined when one can. */
export async function dockerMissing(): Promise<string | undefined> {
  const { ok } = await runCommand('docker', ['info']);
  return ok ? undefined : 'no Docker';
}
