import underPressure from '@fastify/under-pressure';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { OPERATIONS_ROUTE } from './operations-route.js';
import { ProblemError } from './problem.error.js';

/** Each turn of the event loop takes so long on average: requests pile up faster than they are answered. */
const MAX_LOOP_DELAY_MS = 500;
const SAMPLE_EVERY_MS = 1_000;

/**
 * Refuses requests with 503 `overloaded` while the event loop cannot keep up, before their bodies are read, so that
 * memory and the time of the other answers stay bounded. Health and metrics are always answered. The first samples
 * after the start are left out: loading an app blocks the loop as well.
 */
export async function shedWhenOverloaded(fastify: FastifyInstance): Promise<void> {
  let armedFrom = Infinity;
  fastify.addHook('onListen', (done) => {
    armedFrom = performance.now() + 2 * SAMPLE_EVERY_MS;
    done();
  });
  await fastify.register(underPressure, {
    maxEventLoopDelay: MAX_LOOP_DELAY_MS,
    sampleInterval: SAMPLE_EVERY_MS,
    pressureHandler(request: FastifyRequest) {
      if (performance.now() < armedFrom || OPERATIONS_ROUTE.test(request.routeOptions.url ?? '')) return;
      throw new ProblemError('overloaded', 'This process cannot keep up with its requests');
    },
  });
}
