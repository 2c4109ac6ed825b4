import { embeddedRabbitmqUrl, type RabbitmqSource } from '@eventfleet/embedded';
import type { FleetSettings } from './up.config.ts';

/** What the apps and the migrations are told beyond the environment: what this start has found or made. */
export function passedOn(settings: FleetSettings, rabbitmq: RabbitmqSource): Record<string, string> {
  return 'program' in rabbitmq
    ? { RABBITMQ_URL: embeddedRabbitmqUrl(settings.env.EVENTFLEET_RABBITMQ_PORT) }
    : {};
}
