import type { StartedContainers } from './start-all-containers.js';

export type { StartedContainers };

/**
 * Starts Postgres, Kafka and RabbitMQ side by side and waits until each serves; pulls missing images.
 * testcontainers is loaded only now, since most test runs do without it.
 * @throws the first server's error; the others are stopped then
 */
export async function startContainers(): Promise<StartedContainers> {
  const { startAllContainers } = await import('./start-all-containers.js');
  return startAllContainers();
}

/** Why no container can be started on this machine; undefined when one can. */
export async function describeDocker(): Promise<string | undefined> {
  const { getContainerRuntimeClient } = await import('testcontainers');
  try {
    await getContainerRuntimeClient();
    return undefined;
  } catch (error) {
    return `no Docker: ${error instanceof Error ? error.message : String(error)}`;
  }
}
