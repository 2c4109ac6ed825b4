import { embeddedRabbitmqUrl, type RabbitmqSource } from '@eventfleet/embedded';
import type { DisabledFeatures } from './disabled-features.ts';
import type { ClientId } from '../issuer/clients.ts';
import { secretFile } from '../issuer/issuer-files.ts';
import { issuerVariables, type FleetSettings } from './up.config.ts';
import { verificationSecret } from './verification-secret.ts';

/** What a start has found, decided or made, as variables. */
export interface FleetVariables {
  /** For every app and the migrations. */
  readonly all: Readonly<Record<string, string>>;
  /** For the apps that make or check verification tokens, and nobody else. */
  readonly secret: Readonly<Record<string, string>>;
  /** For an app that is a client of the local issuer. */
  readonly client: (id: ClientId) => Readonly<Record<string, string>>;
}

export async function fleetVariables(
  { env, dataDir, issuerUrl }: FleetSettings,
  rabbitmq: RabbitmqSource,
  disabled: DisabledFeatures,
): Promise<FleetVariables> {
  const isOnboarding = disabled.onboarding === undefined;
  return {
    all: {
      ...('program' in rabbitmq ? { RABBITMQ_URL: embeddedRabbitmqUrl(env.EVENTFLEET_RABBITMQ_PORT) } : {}),
      EVENTFLEET_DATA_DIR: dataDir,
      ONBOARDING: isOnboarding ? 'on' : 'off',
      ...issuerVariables(issuerUrl),
    },
    // One that is given is in the environment of every app, as a value or as a file.
    secret:
      isOnboarding && env.VERIFICATION_SECRET === undefined
        ? { VERIFICATION_SECRET: await verificationSecret(dataDir) }
        : {},
    client: (id) =>
      issuerUrl === undefined ? {} : { OIDC_CLIENT_ID: id, OIDC_CLIENT_SECRET_FILE: secretFile(dataDir, id) },
  };
}
