import rateLimit from '@fastify/rate-limit';
import type { FastifyInstance } from 'fastify';
import { addressOf } from './client.js';
import { OPERATIONS_ROUTE } from './operations-route.js';
import { ProblemError } from './problem.error.js';

const WINDOW_MS = 1_000;
/** Clients that are counted at a time; beyond that the one seen longest ago starts anew. */
const MAX_CLIENTS = 10_000;

/**
 * Refuses with 429 `rate-limited` what a client sends beyond so many requests in a second, whatever it asks for, but
 * for health and metrics. A client is a remote address, an IPv6 one its /64 network. Each process counts for itself,
 * in bounded memory.
 */
export async function limitRate(fastify: FastifyInstance, perSecond: number): Promise<void> {
  await fastify.register(rateLimit, {
    global: false,
    max: perSecond,
    timeWindow: WINDOW_MS,
    cache: MAX_CLIENTS,
    keyGenerator: addressOf,
  });
  const count = fastify.createRateLimit();
  fastify.addHook('onRequest', async (request) => {
    if (OPERATIONS_ROUTE.test(request.routeOptions.url ?? '')) return;
    const limit = await count(request);
    if (limit.isAllowed || !limit.isExceeded) return;
    throw new ProblemError('rate-limited', `At most ${perSecond} requests a second are taken from a client`, {
      retryAfterSeconds: Math.max(limit.ttlInSeconds, 1),
    });
  });
}
