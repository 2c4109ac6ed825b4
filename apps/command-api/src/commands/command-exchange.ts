import type { CommandResult } from '@eventfleet/event-store';
import { newId } from '@eventfleet/ids';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { CommandContext } from './command-context.js';
import { readExpectedVersion, readIdempotencyKey } from './command-headers.js';
import { IDEMPOTENCY_SCOPES } from './idempotency-scopes.js';
import { renderAnswer, type HttpAnswer, type Success } from './http-answer.js';

/** One command over HTTP: its context from the request's headers, and its outcome as the reply. */
export class CommandExchange {
  readonly context: CommandContext;

  /** @throws ProblemError `validation-failed` for a header that is wrong */
  constructor(
    private readonly request: FastifyRequest,
    private readonly success: Success,
  ) {
    const { correlationId, traceparent } = request.correlation;
    const expectedVersion = success.status === 201 ? undefined : readExpectedVersion(request);
    const idempotencyKey = readIdempotencyKey(request);
    this.context = {
      metadata: { correlationId, causationId: newId(), traceparent },
      ...(expectedVersion === undefined ? {} : { expectedVersion }),
      ...(idempotencyKey && {
        idempotency: {
          scope: IDEMPOTENCY_SCOPES.http.scope,
          ...idempotencyKey,
          render: (decided) => JSON.stringify(renderAnswer(decided, success, request.correlation)),
        },
      }),
    };
  }

  async reply(outcome: CommandResult, reply: FastifyReply): Promise<void> {
    const answer =
      outcome.kind === 'replayed'
        ? this.replay(outcome.answer)
        : renderAnswer(outcome, this.success, this.request.correlation);
    await reply.status(answer.status).headers(answer.headers).send(JSON.stringify(answer.body));
  }

  /** As stored; only a correlation that the repeat itself names is echoed instead of the first one. */
  private replay(stored: string): HttpAnswer {
    const answer = JSON.parse(stored) as HttpAnswer;
    const { correlationId, traceparent } = this.request.correlation;
    const own = {
      ...(this.request.headers['x-correlation-id'] !== undefined && { 'x-correlation-id': correlationId }),
      ...(this.request.headers.traceparent !== undefined && { traceparent }),
    };
    return { ...answer, headers: { ...answer.headers, ...own, 'idempotency-replayed': 'true' } };
  }
}
