import { userId } from '@eventfleet/contracts';
import { HttpResponse } from '@eventfleet/http';
import { Controller, Get, Headers, HttpStatus, Param, Query } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import {
  type ConsistencyRequirement,
  RequiredConsistency,
} from '../../consistency/consistency-requirement.js';
import { entityTag, matchesEntityTag } from './entity-tag.js';
import { GetUser, type UserAnswer } from './get-user.query.js';
import { getUserParameters } from './get-user.request.js';

@Controller('users')
export class GetUserController {
  constructor(private readonly queries: QueryBus) {}

  @Get(':id')
  async get(
    @Param('id', { schema: userId }) id: string,
    @Query({ schema: getUserParameters }) _parameters: unknown,
    @Headers('if-none-match') ifNoneMatch: string | undefined,
    @RequiredConsistency() consistency: ConsistencyRequirement | undefined,
  ): Promise<HttpResponse> {
    const answer = await this.queries.execute(new GetUser(id, consistency));
    const etag = entityTag(answer.user.version);
    const headers = { ...cacheHeaders(answer), etag };
    return matchesEntityTag(ifNoneMatch, etag)
      ? new HttpResponse(HttpStatus.NOT_MODIFIED, headers)
      : new HttpResponse(HttpStatus.OK, headers, answer.user);
  }
}

function cacheHeaders({ ageSeconds, ttlSeconds }: UserAnswer): Record<string, string> {
  if (ageSeconds === undefined) return {};
  return {
    age: String(ageSeconds),
    'cache-status': `eventfleet-query-api; hit; ttl=${ttlSeconds}; detail=read-store-unavailable`,
  };
}
