import { findRabbitmq } from '@eventfleet/embedded';
import { testServers } from './test-servers.config.js';

/**
 * `describe` for what needs a RabbitMQ, whose address it gives. Where this machine cannot have one, the whole suite is
 * skipped; the test run names it in its last lines, with the reason.
 */
export function describeWithRabbitmq(name: string, suite: (rabbitmqUrl: string) => void): void {
  const { rabbitmqUrl } = testServers();
  if (rabbitmqUrl === undefined) describe.skip(`${name} (no RabbitMQ)`, () => suite(''));
  else describe(name, () => suite(rabbitmqUrl));
}

/** `describe` for what starts, and breaks, a RabbitMQ of its own; skipped as above where none is installed. */
export async function describeWithInstalledRabbitmq(name: string, suite: () => void): Promise<void> {
  if ('program' in (await findRabbitmq(undefined))) describe(name, suite);
  else describe.skip(`${name} (no RabbitMQ is installed)`, suite);
}
