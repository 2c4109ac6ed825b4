import type { UserView } from '@eventfleet/read-models/queries';
import { Controller, Get, Headers, HttpStatus, Param, Query, Res } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import type { FastifyReply } from 'fastify';
import { type ConsistencyDemand, Demand } from '../../consistency/consistency-demand.js';
import { userId } from '../user-id.schema.js';
import { entityTag, matchesEntityTag } from './entity-tag.js';
import { GetUser } from './get-user.query.js';
import { getUserParameters } from './get-user.request.js';

@Controller('users')
export class GetUserController {
  constructor(private readonly queries: QueryBus) {}

  @Get(':id')
  async get(
    @Param('id', { schema: userId }) id: string,
    @Query({ schema: getUserParameters }) _parameters: unknown,
    @Headers('if-none-match') ifNoneMatch: string | undefined,
    @Demand() demand: ConsistencyDemand | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<UserView | undefined> {
    const { user, ageSeconds, ttlSeconds } = await this.queries.execute(new GetUser(id, demand));
    if (ageSeconds !== undefined) {
      void reply
        .header('age', String(ageSeconds))
        .header(
          'cache-status',
          `eventfleet-query-api; hit; ttl=${ttlSeconds}; detail=read-store-unavailable`,
        );
    }
    const tag = entityTag(user.version);
    void reply.header('etag', tag);
    if (!matchesEntityTag(ifNoneMatch, tag)) return user;
    void reply.status(HttpStatus.NOT_MODIFIED);
    return undefined;
  }
}
