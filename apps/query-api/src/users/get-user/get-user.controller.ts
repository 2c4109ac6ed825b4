import type { Scope } from '@eventfleet/auth';
import { userId } from '@eventfleet/contracts';
import { HttpResponse, limitExpensive, Operation, RequireScopeOf } from '@eventfleet/http';
import type { PastUserView } from '@eventfleet/read-models/queries';
import { Controller, Get, Headers, HttpStatus, Param, Query, Req } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import type { FastifyRequest } from 'fastify';
import {
  type ConsistencyRequirement,
  RequiredConsistency,
} from '../../consistency/consistency-requirement.js';
import { GetPastUser, type Moment } from '../get-past-user/get-past-user.query.js';
import { entityTag, matchesEntityTag } from './entity-tag.js';
import { GET_USER } from './get-user.operation.js';
import { GetUser, type UserAnswer } from './get-user.query.js';
import { type GetUserParameters, getUserParameters } from './get-user.request.js';

/** The past is more than the present: it holds what a user has taken back. */
function scopeOfMoment({ query }: FastifyRequest): Scope {
  const isPast = isObject(query) && ('version' in query || 'at' in query);
  return isPast ? 'users:history' : 'users:read';
}

@Controller('users')
export class GetUserController {
  constructor(private readonly queries: QueryBus) {}

  @Get(':id')
  @RequireScopeOf(['users:read', 'users:history'], scopeOfMoment)
  @Operation(GET_USER)
  async get(
    @Param('id', { schema: userId }) id: string,
    @Query({ schema: getUserParameters }) parameters: GetUserParameters,
    @Headers('if-none-match') ifNoneMatch: string | undefined,
    @RequiredConsistency() consistency: ConsistencyRequirement | undefined,
    @Req() request: FastifyRequest,
  ): Promise<HttpResponse> {
    const moment = momentOf(parameters);
    if (moment) {
      limitExpensive(request);
      const user = await this.queries.execute(new GetPastUser(id, moment, consistency));
      return respond(user, {}, ifNoneMatch);
    }
    const answer = await this.queries.execute(new GetUser(id, consistency));
    return respond(answer.user, cacheHeaders(answer), ifNoneMatch);
  }
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

function momentOf({ version, at }: GetUserParameters): Moment | undefined {
  if (version !== undefined) return { version };
  return at === undefined ? undefined : { at };
}

function respond(
  user: PastUserView,
  more: Readonly<Record<string, string>>,
  ifNoneMatch: string | undefined,
): HttpResponse {
  const etag = entityTag(user.version);
  // Personal data stays in no cache on the way; a client that keeps an answer itself asks with its tag.
  const headers = { ...more, 'cache-control': 'no-store', etag };
  return matchesEntityTag(ifNoneMatch, etag)
    ? new HttpResponse(HttpStatus.NOT_MODIFIED, headers)
    : new HttpResponse(HttpStatus.OK, headers, user);
}

function cacheHeaders({ ageSeconds, ttlSeconds }: UserAnswer): Record<string, string> {
  if (ageSeconds === undefined) return {};
  return {
    age: String(ageSeconds),
    'cache-status': `eventfleet-query-api; hit; ttl=${ttlSeconds}; detail=read-store-unavailable`,
  };
}
