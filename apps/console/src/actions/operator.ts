import { validationError } from '@eventfleet/http';
import type { OperatorAction } from '@eventfleet/operators';
import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';

/** Who asks for an action, and with which request. */
export type Operator = Pick<OperatorAction, 'actor' | 'correlationId'>;

const NAME = /^[^\p{C}]{1,100}$/u;

/**
 * Injects the operator into a controller's method: the subject of the access token. If none is needed, the name is what
 * `x-operator` claims, percent-encoded; null without it.
 * @throws ProblemError `validation-failed` for a name that cannot be used
 */
export const RequestOperator = createParamDecorator((_: unknown, context: ExecutionContext): Operator => {
  const { headers, correlation, caller } = context.switchToHttp().getRequest<FastifyRequest>();
  const actor = caller ? caller.subject : actorOf(headers['x-operator']);
  return { actor, correlationId: correlation.correlationId };
});

function actorOf(header: string | string[] | undefined): string | null {
  if (header === undefined) return null;
  const name = decode(String(header))?.trim();
  if (name !== undefined && NAME.test(name)) return name;
  throw validationError([{ path: 'X-Operator', message: 'must be 1 to 100 characters, percent-encoded' }]);
}

function decode(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
