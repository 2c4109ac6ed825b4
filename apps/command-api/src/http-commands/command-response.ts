import { encodeConsistencyToken } from '@eventfleet/contracts';
import type { Decision } from '@eventfleet/event-store';
import { PROBLEM_MEDIA_TYPE, toProblem, type Correlation, type ProblemTable } from '@eventfleet/http';
import { z } from 'zod';

/** A response to a command as it is sent. */
export interface CommandResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: unknown;
}

/** The body of a success. */
export const commandResult = z
  .object({
    id: z.string(),
    version: z
      .int()
      .min(1)
      .meta({ description: 'After the command; the same as before if nothing changed.' }),
  })
  .meta({ id: 'CommandResult' });

/** What the command is for, and the use case's own part of its response. */
export interface CommandTarget {
  readonly aggregateType: string;
  readonly aggregateId: string;
  /** Of an aggregate that the command creates: its response is 201, and names an address below this one. */
  readonly collection?: string;
}

/** Renders a decision: the new version with its consistency token, or the refusal as problem details. Pure. */
export function renderDecision(
  decision: Decision,
  target: CommandTarget,
  correlation: Correlation,
  problems: ProblemTable,
): CommandResponse {
  const correlationHeaders = {
    'x-correlation-id': correlation.correlationId,
    traceparent: correlation.traceparent,
  };
  if (decision.kind === 'refused') {
    const problem = toProblem(decision.error, correlation.correlationId, problems);
    return {
      status: problem.status,
      headers: { ...correlationHeaders, ...problem.headers, 'content-type': PROBLEM_MEDIA_TYPE },
      body: problem.body,
    };
  }
  const { aggregateType, aggregateId, collection } = target;
  const location = collection === undefined ? undefined : `${collection}/${aggregateId}`;
  const { version } = decision;
  return {
    status: location === undefined ? 200 : 201,
    headers: {
      ...correlationHeaders,
      'content-type': 'application/json; charset=utf-8',
      etag: `"${version}"`,
      'consistency-token': encodeConsistencyToken({ aggregateType, aggregateId, version }),
      ...(location === undefined ? {} : { location }),
    },
    body: { id: aggregateId, version } satisfies z.output<typeof commandResult>,
  };
}
