import { newId, randomHex } from '@eventfleet/ids';
import { parseTraceParent } from '@opentelemetry/core';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { validationError } from './problem.error.js';

/** What ties everything that a request causes together, across processes. */
export interface Correlation {
  /** 1 to 128 printable ASCII characters: the client's, or a UUIDv7 made here. */
  readonly correlationId: string;
  /** W3C trace context, always valid: the client's, or else that of the request's span, or one made here. */
  readonly traceparent: string;
}

declare module 'fastify' {
  interface FastifyRequest {
    correlation: Correlation;
  }
}

/** What a correlation id is: printable ASCII. */
export const CORRELATION_ID = /^[\x20-\x7e]{1,128}$/;
/** What every response has. */
export const TRACEPARENT = /^00-[\da-f]{32}-[\da-f]{16}-[\da-f]{2}$/;

/**
 * Takes or makes the correlation, sets it on the request and echoes it on the reply.
 * @throws ProblemError `validation-failed` for an unusable `X-Correlation-Id`, after a fresh one was set
 */
export function correlate(request: FastifyRequest, reply: FastifyReply): void {
  const given = request.headers['x-correlation-id'];
  const correlationId = isUsable(given) ? given : newId();
  const traceparent =
    takeTraceparent(request.headers['traceparent']) ?? request.span?.traceparent ?? makeTraceparent();
  request.correlation = { correlationId, traceparent };
  reply.header('x-correlation-id', correlationId).header('traceparent', traceparent);
  if (given !== undefined && !isUsable(given)) {
    throw validationError([
      { path: 'X-Correlation-Id', message: 'must be 1 to 128 printable ASCII characters' },
    ]);
  }
}

/** Takes what a message carries, where it is usable, and makes the rest. */
export function adoptCorrelation(given: {
  readonly correlationId?: string;
  readonly traceparent?: string;
}): Correlation {
  const { correlationId, traceparent } = given;
  return {
    correlationId: isUsable(correlationId) ? correlationId : newId(),
    traceparent: takeTraceparent(traceparent) ?? makeTraceparent(),
  };
}

/** For answers that have no request to take a correlation from. */
export function makeCorrelation(): Correlation {
  return { correlationId: newId(), traceparent: makeTraceparent() };
}

function isUsable(correlationId: string | string[] | undefined): correlationId is string {
  return typeof correlationId === 'string' && CORRELATION_ID.test(correlationId);
}

/** A later version's header is passed on in the form of version 00, the only one that this process can write. */
export function takeTraceparent(header: string | string[] | undefined): string | undefined {
  if (typeof header !== 'string') return undefined;
  const context = parseTraceParent(header);
  if (!context) return undefined;
  return `00-${context.traceId}-${context.spanId}-${context.traceFlags.toString(16).padStart(2, '0')}`;
}

/** That all digits of an id are zero, which is forbidden, is as likely as two equal ids. */
function makeTraceparent(): string {
  return `00-${randomHex(16)}-${randomHex(8)}-01`;
}
