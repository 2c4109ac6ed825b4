import { encodeConsistencyToken } from '@eventfleet/contracts';
import type { Decision } from '@eventfleet/event-store';
import { PROBLEM_MEDIA_TYPE, toProblem, type Correlation } from '@eventfleet/http';
import { PROBLEMS } from '../command-api.problems.js';

/** An answer as it is sent, and as it is stored for an idempotency key. */
export interface HttpAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: unknown;
}

/** The use case's own part of an answer. */
export interface Success {
  readonly status: 200 | 201;
  readonly aggregateId: string;
}

/** Renders a decision: the new version with its consistency token, or the refusal as problem details. Pure. */
export function renderAnswer(decided: Decision, success: Success, correlation: Correlation): HttpAnswer {
  const correlationHeaders = {
    'x-correlation-id': correlation.correlationId,
    traceparent: correlation.traceparent,
  };
  if (decided.kind === 'refused') {
    const problem = toProblem(decided.error, correlation.correlationId, PROBLEMS);
    return {
      status: problem.status,
      headers: { ...correlationHeaders, ...problem.headers, 'content-type': PROBLEM_MEDIA_TYPE },
      body: problem.body,
    };
  }
  const { aggregateId, status } = success;
  const { version } = decided;
  return {
    status,
    headers: {
      ...correlationHeaders,
      'content-type': 'application/json; charset=utf-8',
      etag: `"${version}"`,
      'consistency-token': encodeConsistencyToken({ aggregateId, version }),
      ...(status === 201 ? { location: `/users/${aggregateId}` } : {}),
    },
    body: { id: aggregateId, version },
  };
}
