import { traceparentOf } from '@eventfleet/http';
import { newId } from '@eventfleet/ids';
import type { FastifyRequest } from 'fastify';
import type { CommandContext } from '../command-execution/command-context.js';
import { readIfMatch, refuseUnsupportedPreconditions } from './preconditions.js';

/**
 * Where a command comes from, and which versions its client expects, by the headers of its request.
 * @param isCreation whether there is nothing yet that `If-Match` could name
 * @throws ProblemError `validation-failed` for a precondition that nobody would check
 */
export function readCommandContext(
  request: FastifyRequest,
  isCreation = false,
): Pick<CommandContext, 'metadata' | 'expectedVersions'> {
  refuseUnsupportedPreconditions(request, isCreation);
  const expectedVersions = readIfMatch(request)?.versions;
  const { correlationId } = request.correlation;
  const actor = request.caller?.subject;
  return {
    metadata: {
      correlationId,
      causationId: newId(),
      traceparent: traceparentOf(request),
      ...(actor !== undefined && { actor }),
    },
    ...(expectedVersions && { expectedVersions }),
  };
}
