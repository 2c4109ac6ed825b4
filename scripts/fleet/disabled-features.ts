import type { RabbitmqSource } from '@eventfleet/embedded';
import type { Feature, FleetSettings } from './up.config.ts';

/** Why each feature that is off is so; one that is on is absent. */
export type DisabledFeatures = Readonly<Partial<Record<Feature, string>>>;

/** Onboarding follows RabbitMQ, as its mails are sent by way of it, unless `ONBOARDING` says otherwise. */
export function disabledFeatures({ env }: FleetSettings, rabbitmq: RabbitmqSource): DisabledFeatures {
  const noRabbitmq = 'missing' in rabbitmq ? { rabbitmq: rabbitmq.missing } : {};
  if (env.ONBOARDING === 'on') return noRabbitmq;
  if (env.ONBOARDING === 'off') return { ...noRabbitmq, onboarding: 'ONBOARDING is off' };
  return 'missing' in rabbitmq
    ? { ...noRabbitmq, onboarding: 'without RabbitMQ nobody sends its mails; users are active at once' }
    : {};
}
