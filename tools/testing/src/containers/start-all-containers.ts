import { startKafkaContainer } from './kafka.container.js';
import { startPostgresContainer } from './postgres.container.js';
import { startRabbitmqContainer } from './rabbitmq.container.js';
import { startReaperIfPossible } from './reaper.config.js';

/** The servers of a test run, each a container of its own. */
export interface StartedContainers {
  /** Of the maintenance database, as superuser. */
  readonly postgresUrl: string;
  /** host:port */
  readonly kafkaBrokers: string;
  readonly rabbitmqUrl: string;
  /** Stops and removes the containers. */
  stop(): Promise<void>;
}

/** The work behind `startContainers`; a file of its own, so that testcontainers is loaded on demand. */
export async function startAllContainers(): Promise<StartedContainers> {
  await startReaperIfPossible();
  const starting = [startPostgresContainer(), startKafkaContainer(), startRabbitmqContainer()] as const;
  try {
    const [postgres, kafka, rabbitmq] = await Promise.all(starting);
    return {
      postgresUrl: postgres.url,
      kafkaBrokers: kafka.brokers,
      rabbitmqUrl: rabbitmq.url,
      stop: () => stopAll(starting),
    };
  } catch (error) {
    await stopAll(starting);
    throw error;
  }
}

/** Waits for those that are still starting too: none is left behind. */
async function stopAll(starting: readonly Promise<{ stop(): Promise<unknown> }>[]): Promise<void> {
  const settled = await Promise.allSettled(starting);
  const started = settled.filter((result) => result.status === 'fulfilled');
  await Promise.all(started.map((result) => result.value.stop()));
}
