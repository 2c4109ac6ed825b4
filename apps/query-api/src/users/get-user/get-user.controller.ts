import { userId } from '@eventfleet/contracts';
import { HttpResponse } from '@eventfleet/http';
import { Controller, Get, Headers, HttpStatus, Param, Query } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import {
  type ConsistencyRequirement,
  RequiredConsistency,
} from '../../consistency/consistency-requirement.js';
import type { PastUserView } from '../history/user-view-of.js';
import { GetPastUser, type Moment } from '../get-past-user/get-past-user.query.js';
import { entityTag, matchesEntityTag } from './entity-tag.js';
import { GetUser, type UserAnswer } from './get-user.query.js';
import { type GetUserParameters, getUserParameters } from './get-user.request.js';

@Controller('users')
export class GetUserController {
  constructor(private readonly queries: QueryBus) {}

  @Get(':id')
  async get(
    @Param('id', { schema: userId }) id: string,
    @Query({ schema: getUserParameters }) parameters: GetUserParameters,
    @Headers('if-none-match') ifNoneMatch: string | undefined,
    @RequiredConsistency() consistency: ConsistencyRequirement | undefined,
  ): Promise<HttpResponse> {
    const moment = momentOf(parameters);
    if (moment) {
      const user = await this.queries.execute(new GetPastUser(id, moment, consistency));
      return respond(user, { 'cache-control': 'no-store' }, ifNoneMatch);
    }
    const answer = await this.queries.execute(new GetUser(id, consistency));
    return respond(answer.user, cacheHeaders(answer), ifNoneMatch);
  }
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
  const headers = { ...more, etag };
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
