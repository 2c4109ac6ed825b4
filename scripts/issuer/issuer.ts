/**
 * An OpenID Connect issuer on this machine, for trying out alone: whoever reaches it may log in as anybody. Started by
 * `npm start -- --auth`, with its port, its data folder, and the addresses that logins come back to as arguments.
 */
import { createServer } from 'node:http';
import { Provider } from 'oidc-provider';
import { AUDIENCE, CLIENTS, type IssuerClient } from './clients.ts';
import { issuerFiles } from './issuer-files.ts';

const TOKEN_SECONDS = 12 * 60 * 60;

const [port, dataDir, ...redirectUris] = process.argv.slice(2);
if (port === undefined || dataDir === undefined) throw new Error('give a port and a data folder');

const url = `http://127.0.0.1:${port}`;
const { key, secrets } = await issuerFiles(dataDir);
const provider = new Provider(url, {
  clients: CLIENTS.map(({ id, scope, logsIn }: IssuerClient) => ({
    client_id: id,
    client_secret: secrets.get(id) ?? '',
    grant_types: logsIn ? ['client_credentials', 'authorization_code'] : ['client_credentials'],
    redirect_uris: logsIn ? redirectUris : [],
    response_types: logsIn ? ['code'] : [],
    scope,
    id_token_signed_response_alg: 'ES256',
  })),
  scopes: [...new Set(CLIENTS.flatMap(({ scope }) => scope.split(' ')))],
  jwks: { keys: [key] },
  features: {
    clientCredentials: { enabled: true },
    devInteractions: { enabled: true },
    resourceIndicators: {
      enabled: true,
      defaultResource: () => AUDIENCE,
      useGrantedResource: () => true,
      getResourceServerInfo: (_context, _resource, { scope = '' }) => ({
        scope,
        audience: AUDIENCE,
        accessTokenFormat: 'jwt',
        accessTokenTTL: TOKEN_SECONDS,
        jwt: { sign: { alg: 'ES256' } },
      }),
    },
  },
  ttl: { ClientCredentials: TOKEN_SECONDS, AccessToken: TOKEN_SECONDS },
  cookies: { keys: [...secrets.values()] },
});

/** Its pages would ask another host for it. */
const WEB_FONT = /@import url\([^)]*\);/g;
provider.use(async (context, next) => {
  await next();
  const { body } = context as { body: unknown };
  if (typeof body === 'string') context.body = body.replaceAll(WEB_FONT, '');
});

const answer = provider.callback();
const server = createServer((request, response) => void answer(request, response));
server.listen(Number(port), '127.0.0.1', () => console.log(`the issuer listens on ${url}`));
for (const signal of ['SIGTERM', 'SIGINT']) {
  process.once(signal, () => {
    server.close(() => process.exit(0));
    server.closeAllConnections();
  });
}
