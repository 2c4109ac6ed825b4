import { AUTHORIZATION_HEADER, ClientTokens, toBearer } from '@eventfleet/auth';
import type { ClientSettings, KafkaSettings } from '@eventfleet/config';
import { AGGREGATES } from '@eventfleet/contracts';
import { withPrefix, type HeadersFor } from '@eventfleet/kafka';

export interface CommandHeadersOptions {
  readonly kafka: KafkaSettings;
  /** Whether commands over Kafka need a token; absent: no. */
  readonly needsTokens?: boolean;
  /** By which this process gets one. */
  readonly client?: ClientSettings | undefined;
}

/** Commands need a token, and this process has no client at the issuer. */
export class ClientMissing extends Error {
  readonly code = 'client-missing';

  constructor() {
    super('Commands need a token: set OIDC_CLIENT_ID and OIDC_CLIENT_SECRET');
    this.name = 'ClientMissing';
  }
}

/**
 * A dead letter has no token any more. So a command that is tried again is sent with a token of the client that sends it,
 * which is its actor then, if commands need one.
 * The headers throw ClientMissing, AuthError `issuer-unavailable`.
 */
export function commandHeaders({ client, needsTokens, kafka }: CommandHeadersOptions): HeadersFor {
  const topics = AGGREGATES.flatMap(({ commands }) => (commands ? [withPrefix(kafka, commands.topic)] : []));
  const tokens = client && new ClientTokens(client, ['users:write']);
  return async (topic) => {
    if (!needsTokens || !topics.includes(topic)) return {};
    if (!tokens) throw new ClientMissing();
    return { [AUTHORIZATION_HEADER]: toBearer(await tokens.token()) };
  };
}
