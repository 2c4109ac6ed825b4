import { type ArgumentsHost, Catch, type ExceptionFilter, NotFoundException } from '@nestjs/common';
import { describeError, traceFields } from '@eventfleet/observability';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Logger } from 'pino';
import type { AllowedMethods } from './allowed-methods.js';
import { PROBLEM_MEDIA_TYPE, toProblem, type ProblemTable } from './problem.js';
import { ProblemError } from './problem.error.js';

/** Answers every error as problem details, whether Nest, Fastify or a handler raised it. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  constructor(
    private readonly table: ProblemTable,
    private readonly allowedMethods: AllowedMethods,
    private readonly logger: Logger,
  ) {}

  catch(error: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    this.answer(error, http.getRequest<FastifyRequest>(), http.getResponse<FastifyReply>());
  }

  answer(raised: unknown, request: FastifyRequest, reply: FastifyReply): void {
    const error = this.wrongMethod(raised, request) ?? raised;
    const { status, headers, body } = toProblem(error, request.correlation.correlationId, this.table);
    if (status >= 500) this.log(error, body.code, request);
    if (reply.sent) return;
    // As bytes: to a text Fastify would add a charset, which this media type does not have.
    const bytes = Buffer.from(JSON.stringify(body));
    void reply.status(status).headers(headers).header('content-type', PROBLEM_MEDIA_TYPE).send(bytes);
  }

  private wrongMethod(raised: unknown, request: FastifyRequest): ProblemError | undefined {
    if (!request.is404 || !(raised instanceof NotFoundException)) return undefined;
    const allowed = this.allowedMethods.of(request.url);
    if (allowed.length === 0) return undefined;
    return new ProblemError('method-not-allowed', '', { headers: { allow: allowed.join(', ') } });
  }

  /** An expected failure (a store that is down) is one line; only the unexpected deserves its stack. */
  private log(error: unknown, code: string, request: FastifyRequest): void {
    const { correlationId, traceparent } = request.correlation;
    const ids = { correlationId, ...traceFields(traceparent) };
    if (code === 'internal-error') this.logger.error({ ...ids, err: error }, 'request failed');
    else if (error instanceof Error && error.cause !== undefined) {
      this.logger.warn({ ...ids, code, cause: describeError(error.cause) }, 'request refused');
    }
  }
}
