import { AUTHORIZATION_HEADER, ClientTokens, toBearer } from '@eventfleet/auth';
import { AGGREGATES } from '@eventfleet/contracts';
import { withPrefix, type HeadersFor } from '@eventfleet/kafka';
import type { FleetConfig } from '../fleet.config.js';

/**
 * A dead letter has no token any more. So a command that is tried again is the operator's: it is sent with a token of the
 * command line's own, if commands need one.
 * @throws Error naming the variable to set, AuthError `issuer-unavailable`
 */
export function operatorToken({ client, needsTokens, kafka }: FleetConfig): HeadersFor {
  const topics = AGGREGATES.flatMap(({ commands }) => (commands ? [withPrefix(kafka, commands.topic)] : []));
  const tokens = client && new ClientTokens(client, ['users:write']);
  return async (topic) => {
    if (!needsTokens || !topics.includes(topic)) return {};
    if (!tokens) throw new Error('commands need a token: set OIDC_CLIENT_ID and OIDC_CLIENT_SECRET');
    return { [AUTHORIZATION_HEADER]: toBearer(await tokens.token()) };
  };
}
