import type { CommandResult } from '@eventfleet/event-store';
import { HttpResponse, limitStoredAnswers, type ProblemTable } from '@eventfleet/http';
import { Inject, Injectable } from '@nestjs/common';
import { CommandBus, type Command } from '@nestjs/cqrs';
import type { FastifyRequest } from 'fastify';
import { CONFIG, PROBLEMS } from '../app-context.module.js';
import type { CommandApiConfig } from '../command-api.config.js';
import type { CommandContext } from '../command-execution/command-context.js';
import {
  keyedFingerprints,
  plainFingerprint,
  type MakeFingerprint,
} from '../command-execution/fingerprints.js';
import { HTTP_SCOPE } from '../command-execution/idempotency-scopes.js';
import { readStoredAnswer, storeAnswer } from '../command-execution/stored-answer.js';
import { EventStorePools } from '../event-store/event-store-pools.js';
import { readIdempotencyKey } from './command-headers.js';
import { renderDecision, type CommandResponse, type CommandTarget } from './command-response.js';
import { readCommandContext } from './read-command-context.js';

/** Runs commands that come over HTTP: a command's context is in the request's headers, its result becomes the response. */
@Injectable()
export class HttpCommandBus {
  private readonly fingerprints: () => Promise<MakeFingerprint>;

  constructor(
    private readonly commands: CommandBus,
    @Inject(PROBLEMS) private readonly problems: ProblemTable,
    @Inject(CONFIG) { personalDataKeys }: CommandApiConfig,
    { personalData }: EventStorePools,
  ) {
    this.fingerprints = keyedFingerprints(personalData, personalDataKeys);
  }

  /**
   * A request that is repeated under its `Idempotency-Key` gets the response that was stored with the effect.
   * @param toCommand makes the command from its context
   * @throws ProblemError `validation-failed` for a header that is wrong, EventStoreError if the store cannot decide
   */
  async execute(
    request: FastifyRequest,
    target: CommandTarget,
    toCommand: (context: CommandContext) => Command<CommandResult>,
  ): Promise<HttpResponse> {
    const hasKey = request.headers['idempotency-key'] !== undefined;
    const makeFingerprint = hasKey ? await this.fingerprints() : plainFingerprint;
    const result = await this.commands.execute(toCommand(this.contextOf(request, target, makeFingerprint)));
    const { status, headers, body } =
      result.kind === 'replayed'
        ? this.replay(result.answer, target, request)
        : renderDecision(result, target, request.correlation, this.problems);
    return new HttpResponse(status, headers, JSON.stringify(body));
  }

  private contextOf(
    request: FastifyRequest,
    target: CommandTarget,
    makeFingerprint: MakeFingerprint,
  ): CommandContext {
    const isCreation = target.collection !== undefined;
    const context = readCommandContext(request, isCreation);
    const idempotencyKey = readIdempotencyKey(request, makeFingerprint);
    if (idempotencyKey) limitStoredAnswers(request);
    const { correlation } = request;
    const created = isCreation ? { aggregateId: target.aggregateId } : {};
    return {
      ...context,
      ...(idempotencyKey && {
        idempotency: {
          scope: HTTP_SCOPE.scope,
          ...idempotencyKey,
          render: (decision) => storeAnswer({ decision, correlation, ...created }),
        },
      }),
    };
  }

  /** As at the first time; only a correlation that the repeat itself names replaces the first one in the headers. */
  private replay(text: string, target: CommandTarget, request: FastifyRequest): CommandResponse {
    const stored = readStoredAnswer(text);
    const response = stored
      ? renderDecision(
          stored.decision,
          { ...target, ...(stored.aggregateId !== undefined && { aggregateId: stored.aggregateId }) },
          stored.correlation,
          this.problems,
        )
      : (JSON.parse(text) as CommandResponse);
    const { correlationId, traceparent } = request.correlation;
    const own = {
      ...(request.headers['x-correlation-id'] !== undefined && { 'x-correlation-id': correlationId }),
      ...(request.headers.traceparent !== undefined && { traceparent }),
    };
    return { ...response, headers: { ...response.headers, ...own, 'idempotency-replayed': 'true' } };
  }
}
