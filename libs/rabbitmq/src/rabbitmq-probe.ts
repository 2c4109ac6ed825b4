import type { RabbitmqSettings } from '@eventfleet/config';
import { openConnection } from './connection.js';

/** Whether RabbitMQ lets an app in: logs in once, and asks for nothing. */
export function rabbitmqProbe(settings: RabbitmqSettings, app: string) {
  return {
    server: 'rabbitmq',
    variables: 'RABBITMQ_URL, RABBITMQ_CA_FILE',
    async attempt(): Promise<void> {
      const connection = await openConnection(settings, `eventfleet-${app}`);
      await connection.close();
    },
  };
}
