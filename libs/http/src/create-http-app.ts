import type { TokenVerifier } from '@eventfleet/auth';
import { createNestLogger, collectProcessMetrics } from '@eventfleet/observability';
import { NotFoundException, type DynamicModule, type Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Logger } from 'pino';
import { guardRoutes, type CallerReader } from './access.hook.js';
import { AccessWatch, type AccessProbe } from './access-watch.js';
import { recordAllowedMethods } from './allowed-methods.js';
import { answerClientError } from './client-error.js';
import { decorateClientLimits } from './client-limits.js';
import { closeConnectionsWhenAnswered } from './close-connections.js';
import { correlate } from './correlation.js';
import { allowOrigins } from './cors.js';
import { acceptOnlyJson, BODY_LIMIT_BYTES } from './json-body.parser.js';
import type { EdgeLimits } from './edge-limits.js';
import { checkHeaders } from './header-checks.js';
import { HealthController } from './health.controller.js';
import { HttpResponseAdapter } from './http-response.adapter.js';
import { shedWhenOverloaded } from './load-shedding.hook.js';
import { ProblemFilter } from './problem.filter.js';
import type { ProblemTable } from './problem.js';
import { limitRate } from './rate-limit.hook.js';
import { recordRequests } from './request-log.hook.js';
import { startRequestSpan } from './request-span.js';
import { SchemaValidationPipe } from './schema-validation.pipe.js';

export interface HttpAppOptions {
  readonly module: Type | DynamicModule;
  readonly logger: Logger;
  /** How the app's own error codes are answered. */
  readonly problems?: ProblemTable;
  readonly limits?: EdgeLimits;
  /** Absent: whoever reaches the app may do everything. */
  readonly verifier?: TokenVerifier | undefined;
  /** Tells who asks if a request has no token. Absent: nobody then. */
  readonly readCaller?: CallerReader | undefined;
  /** The servers that must let the app in: what they refuse is logged once, and a part of the readiness. */
  readonly access?: readonly AccessProbe[];
}

/** A client must send its request within this; how long the answer takes is the handler's matter. */
const REQUEST_TIMEOUT_MS = 10_000;
/** Longer than the idle time-out of usual load balancers, so that the load balancer closes an idle connection, not this process. */
const KEEP_ALIVE_MS = 72_000;
const MAX_HEADER_BYTES = 16 * 1024;
/** A longer path parameter cannot be an id; up to here the route's own schema says so. */
const MAX_PARAM_LENGTH = 1_024;

/**
 * A Nest app on Fastify with the edge that every app shares: correlation, JSON bodies of at most 64 KiB,
 * validation by schema, problem details for every error, request metrics and one log line a request. It sheds load that
 * its event loop cannot bear, holds each client to its rate where one is set, and lets in who has the route's scope.
 * It does not listen yet. `close()` refuses new connections, lets requests under way finish, and then runs the
 * providers' `onApplicationShutdown`: close pools and clients there, not in `onModuleDestroy`.
 */
export async function createHttpApp({
  module,
  logger,
  problems = {},
  limits = {},
  verifier,
  readCaller,
  access = [],
}: HttpAppOptions): Promise<NestFastifyApplication> {
  collectProcessMetrics();
  const adapter = new HttpResponseAdapter({
    bodyLimit: BODY_LIMIT_BYTES,
    requestTimeout: REQUEST_TIMEOUT_MS,
    keepAliveTimeout: KEEP_ALIVE_MS,
    http: {
      maxHeaderSize: MAX_HEADER_BYTES,
      connectionsCheckingInterval: REQUEST_TIMEOUT_MS / 2,
      // Checked with the other headers, so that the refusal is problem details.
      requireHostHeader: false,
    },
    routerOptions: { maxParamLength: MAX_PARAM_LENGTH },
    // No Nest middleware is used: this saves a hook a request.
    skipMiddie: true,
    // A request that arrives on an open connection while the app stops is still answered.
    return503OnClosing: false,
    clientErrorHandler: answerClientError,
    frameworkErrors: answerUnrouted,
    ...(limits.trustedProxies ? { trustProxy: limits.trustedProxies } : {}),
  });
  const fastify = adapter.getInstance();
  const filter = new ProblemFilter(problems, recordAllowedMethods(fastify), logger);
  acceptOnlyJson(fastify);
  closeConnectionsWhenAnswered(fastify);
  fastify.decorateRequest('correlation');
  fastify.decorateRequest('span');
  decorateClientLimits(fastify, limits);
  fastify.addHook('onRequest', (request, reply, done) => {
    startRequestSpan(request, reply);
    correlate(request, reply);
    done();
  });
  if (limits.corsOrigins?.length) await allowOrigins(fastify, limits.corsOrigins);
  fastify.addHook('onRequest', (request, _reply, done) => {
    checkHeaders(request.raw);
    done();
  });
  fastify.addHook('onResponse', recordRequests(logger));
  if (limits.requestsPerSecond) await limitRate(fastify, limits.requestsPerSecond);
  await shedWhenOverloaded(fastify);
  guardRoutes(fastify, verifier, readCaller);
  // Else Fastify would first refuse the body, or a method that wants one.
  fastify.addHook('onRequest', (request, _reply, done) => {
    done(request.is404 ? new NotFoundException() : undefined);
  });

  /** The router refuses a malformed address before any hook runs. */
  function answerUnrouted(error: Error, request: FastifyRequest, reply: FastifyReply): void {
    try {
      correlate(request, reply);
      filter.answer(adapter.mapException(error), request, reply);
    } catch (refused) {
      filter.answer(refused, request, reply);
    }
  }

  const app = await NestFactory.create<NestFastifyApplication>(module, adapter, {
    logger: createNestLogger(logger),
    bodyParser: false,
    abortOnError: false,
  });
  app.useGlobalFilters(filter);
  app.useGlobalPipes(new SchemaValidationPipe());
  if (access.length > 0) {
    const watch = new AccessWatch(access, logger);
    app.get(HealthController, { strict: false }).add({ name: 'access', check: async () => watch.check() });
    fastify.addHook('onReady', async () => watch.start());
    fastify.addHook('preClose', async () => watch.stop());
  }
  return app;
}
