import type { FastifyInstance, FastifyRequest } from 'fastify';
import { ClientQuota, ClientSlots } from './client-quota.js';
import { clientOf } from './client.js';
import type { EdgeLimits } from './edge-limits.js';

const SECOND_MS = 1_000;
const HOUR_MS = 3_600_000;

interface ClientLimits {
  readonly expensive: ClientQuota | undefined;
  readonly storedAnswers: ClientQuota | undefined;
  readonly streams: ClientSlots | undefined;
}

declare module 'fastify' {
  interface FastifyInstance {
    clientLimits: ClientLimits;
  }
}

/** Makes the limits below hold. They are called by routes, when it is known who asks. */
export function decorateClientLimits(fastify: FastifyInstance, limits: EdgeLimits): void {
  const { expensiveRequestsPerSecond: expensive, storedAnswersPerHour: answers, streamsPerClient } = limits;
  fastify.decorate('clientLimits', {
    expensive: expensive ? new ClientQuota('expensive requests', expensive, SECOND_MS) : undefined,
    storedAnswers: answers
      ? new ClientQuota('requests with an Idempotency-Key', answers, HOUR_MS)
      : undefined,
    streams: streamsPerClient ? new ClientSlots('streams', streamsPerClient) : undefined,
  });
}

/** For requests that cost much more than a row by its key: lists, the past, streams. @throws ProblemError `rate-limited` */
export function limitExpensive(request: FastifyRequest): void {
  request.server.clientLimits.expensive?.spend(clientOf(request));
}

/** For requests whose answer is kept. @throws ProblemError `rate-limited` */
export function limitStoredAnswers(request: FastifyRequest): void {
  request.server.clientLimits.storedAnswers?.spend(clientOf(request));
}

/** For answers that do not end. @returns to be called at the end. @throws ProblemError `rate-limited` */
export function takeStreamSlot(request: FastifyRequest): () => void {
  return request.server.clientLimits.streams?.take(clientOf(request)) ?? (() => undefined);
}
