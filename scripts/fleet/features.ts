import type { RabbitmqSource } from '@eventfleet/embedded';

/** What of the fleet can be off. */
export type Feature = 'rabbitmq' | 'onboarding';

/** Why each feature that is off is so; one that is on is absent. */
export type WhatIsOff = Readonly<Partial<Record<Feature, string>>>;

/** Onboarding follows RabbitMQ, as its mails are sent by way of it, unless `ONBOARDING` says otherwise. */
export function whatIsOff(onboarding: 'on' | 'off' | undefined, rabbitmq: RabbitmqSource): WhatIsOff {
  const noRabbitmq = 'missing' in rabbitmq ? { rabbitmq: rabbitmq.missing } : {};
  if (onboarding === 'on') return noRabbitmq;
  if (onboarding === 'off') return { ...noRabbitmq, onboarding: 'ONBOARDING is off' };
  return 'missing' in rabbitmq
    ? { ...noRabbitmq, onboarding: 'without RabbitMQ nobody sends its mails; users are active at once' }
    : {};
}
