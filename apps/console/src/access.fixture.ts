import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { createTokenVerifier } from '@eventfleet/auth';
import { createHttpApp } from '@eventfleet/http';
import { startTestIssuer, type TestIssuer } from '@eventfleet/testing';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { InjectOptions } from 'fastify';
import { pino } from 'pino';
import { consoleConfig } from './console-config.fixture.js';
import type { ConsoleConfig } from './console.config.js';
import { ConsoleModule } from './console.module.js';
import { CONSOLE_PROBLEMS } from './console.problems.js';
import { addPageHeaders } from './edge/page-headers.js';
import { Login } from './login/login.js';

const CLIENT = { clientId: 'console', clientSecret: 'the secret of the console' };

export interface GuardedConsole {
  readonly issuer: TestIssuer;
  readonly app: NestFastifyApplication;
  /** `<method> <path>` of each route. */
  readonly routes: ReadonlySet<string>;
  /** Connections to the stores so far. None of them answers. */
  connections(): number;
  ask(request: InjectOptions): Promise<ConsoleAnswer>;
  close(): Promise<void>;
}

export interface ConsoleAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly cookies: readonly { readonly name: string; readonly value: string }[];
  readonly text: string;
  readonly json: Readonly<Record<string, unknown>>;
}

/** The console with an issuer, on stores that break every connection. */
export async function startGuardedConsole(
  more: Partial<Pick<ConsoleConfig, 'origin' | 'hostnames'>> & { readonly hasClient?: boolean } = {},
): Promise<GuardedConsole> {
  const { hasClient = true, ...given } = more;
  const issuer = await startTestIssuer();
  issuer.clients.set(CLIENT.clientId, { secret: CLIENT.clientSecret, scope: 'users:write' });
  let connections = 0;
  const store = createServer((socket) => {
    connections++;
    socket.destroy();
  });
  await new Promise<void>((resolve) => store.listen(0, '127.0.0.1', resolve));
  const address = `127.0.0.1:${(store.address() as AddressInfo).port}`;
  const oidc = { issuer: issuer.url, audience: issuer.audience };
  const config: ConsoleConfig = {
    ...consoleConfig,
    eventStoreUrl: `postgres://${address}/none`,
    readStoreUrl: `postgres://${address}/none`,
    kafka: { ...consoleConfig.kafka, brokers: [address] },
    oidc,
    client: hasClient ? { ...oidc, ...CLIENT } : undefined,
    ...given,
  };
  const logger = pino({ level: 'silent' });
  const verifier = createTokenVerifier(oidc, logger);
  const login = Login.of(config, verifier);
  const app = await createHttpApp({
    module: ConsoleModule.forRoot(config, logger, verifier, login),
    logger,
    problems: CONSOLE_PROBLEMS,
    verifier,
    readCaller: login && ((request) => login.callerOf(request)),
  });
  const fastify = app.getHttpAdapter().getInstance();
  const routes = new Set<string>();
  fastify.addHook('onRoute', ({ method, url }) => {
    for (const each of [method].flat()) routes.add(`${each} ${url}`);
  });
  addPageHeaders(fastify);
  await app.init();
  return {
    issuer,
    app,
    routes,
    connections: () => connections,
    async ask(request) {
      const { statusCode: status, headers, cookies, body: text } = await app.inject(request as never);
      const json = text.startsWith('{') ? (JSON.parse(text) as Record<string, unknown>) : {};
      return { status, headers, cookies, text, json };
    },
    async close() {
      await app.close();
      await new Promise((resolve) => store.close(resolve));
      await issuer.close();
    },
  };
}
