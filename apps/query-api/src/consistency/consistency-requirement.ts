import { decodeConsistencyToken, type ConsistencyToken } from '@eventfleet/contracts';
import { clientOf, type HeaderDescriptions, validationError, type ProblemError } from '@eventfleet/http';
import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';

/** What a client requires of an answer: to reflect a command of its own. It waits so long for that. */
export interface ConsistencyRequirement {
  readonly token: ConsistencyToken;
  readonly waitMs: number;
  /** Who asks, for limits. */
  readonly client: string;
  /** Whether the client has gone. */
  abandoned(this: void): boolean;
}

const DEFAULT_WAIT_SECONDS = 2;
const MAX_WAIT_SECONDS = 30;
const WAIT_PREFERENCE = /(?:^|[,;\s])wait\s*=\s*"?(\d+)"?\s*(?:$|[,;])/i;

/** What `RequiredConsistency` reads. */
export const CONSISTENCY_HEADERS: HeaderDescriptions = {
  'Consistency-Token': {
    schema: z.string(),
    description: 'The token of a command that the answer must reflect.',
  },
  Prefer: {
    schema: z.string(),
    description: `\`wait=<seconds>\`: for how long to wait until the command is reflected; ${DEFAULT_WAIT_SECONDS} by default, at most ${MAX_WAIT_SECONDS}.`,
  },
};

/** What it adds to the answer. */
export const PREFERENCE_APPLIED: HeaderDescriptions = {
  'Preference-Applied': {
    schema: z.string().regex(/^wait=\d+$/),
    description: 'The wait of `Prefer`, as it was applied.',
  },
};

/**
 * Injects what the request requires, undefined when it has no token; a preferred wait is confirmed on the reply (RFC 7240)
 * as it is applied, which is at most 30 s.
 * @throws ProblemError `validation-failed` for a token that this fleet never made
 */
export const RequiredConsistency = createParamDecorator(
  (_: unknown, context: ExecutionContext): ConsistencyRequirement | undefined => {
    const http = context.switchToHttp();
    return readRequirement(http.getRequest<FastifyRequest>(), http.getResponse<FastifyReply>());
  },
);

function readRequirement(request: FastifyRequest, reply: FastifyReply): ConsistencyRequirement | undefined {
  const { 'consistency-token': text, prefer } = request.headers;
  if (text === undefined) return undefined;
  const token = typeof text === 'string' ? decodeConsistencyToken(text) : undefined;
  if (!token) throw invalidToken();
  const preferred = preferredWaitSeconds(prefer);
  if (preferred !== undefined) void reply.header('preference-applied', `wait=${preferred}`);
  return {
    token,
    waitMs: (preferred ?? DEFAULT_WAIT_SECONDS) * 1_000,
    client: clientOf(request),
    abandoned: () => request.raw.socket.destroyed,
  };
}

/** The refusal of a token that nobody can have got. */
export function invalidToken(message = 'must be a token that a command returned'): ProblemError {
  return validationError([{ path: 'Consistency-Token', message }]);
}

/** A preference that makes no sense is ignored, as its RFC demands. */
function preferredWaitSeconds(prefer: string | string[] | undefined): number | undefined {
  const seconds = WAIT_PREFERENCE.exec([prefer].flat().join(', '))?.[1];
  return seconds === undefined ? undefined : Math.min(Number(seconds), MAX_WAIT_SECONDS);
}
