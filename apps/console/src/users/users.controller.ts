import { RequireScope } from '@eventfleet/http';
import { userId } from '@eventfleet/contracts';
import type { HttpResponse } from '@eventfleet/http';
import { readAuditTrail } from '@eventfleet/read-models/queries';
import { Controller, Get, Param, Query, Req } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { asking, consoleError } from '../console.problems.js';
import { LiveFeeds } from '../live/live-feeds.js';
import { pageLimit, versionNumber } from '../requests.js';
import { Stores } from '../stores/stores.js';
import { summarizeUser, userAtVersion } from './user-summary.js';
import type { TimelinePage, UserAtVersion, UserSummary } from './user.view.js';

const EVERY_MS = 1_000;

const range = z.strictObject({ after: versionNumber.default(0), limit: pageLimit(50) });

/** A user: now, its events, and what it was at each version. */
@Controller('api/users')
export class UsersController {
  constructor(
    private readonly stores: Stores,
    private readonly feeds: LiveFeeds,
  ) {}

  /** @throws ProblemError `user-not-found` if there never was one */
  @Get(':id')
  @RequireScope('fleet:read')
  async get(@Param('id', { schema: userId }) id: string): Promise<UserSummary> {
    const found = await summarizeUser(this.stores, id);
    if (!found) throw notFound();
    return found;
  }

  /** The same, live. The state of a user who never was is null. */
  @Get(':id/live')
  @RequireScope('fleet:read')
  live(@Param('id', { schema: userId }) id: string, @Req() request: FastifyRequest): HttpResponse {
    const load = async () => (await summarizeUser(this.stores, id)) ?? null;
    return this.feeds.open({ name: `user ${id}`, everyMs: EVERY_MS, load }, request);
  }

  /** A page of its events, oldest first, deleted users too. @throws ProblemError `user-not-found` */
  @Get(':id/events')
  @RequireScope('fleet:read')
  async events(
    @Param('id', { schema: userId }) id: string,
    @Query({ schema: range }) { after, limit }: z.output<typeof range>,
  ): Promise<TimelinePage> {
    const page = await asking('event store', () => readAuditTrail(this.stores.events, id, { after, limit }));
    if (!page) throw notFound();
    return page;
  }

  /** @throws ProblemError `no-such-version` */
  @Get(':id/versions/:version')
  @RequireScope('fleet:read')
  async atVersion(
    @Param('id', { schema: userId }) id: string,
    @Param('version', { schema: versionNumber }) version: number,
  ): Promise<UserAtVersion> {
    const found = await asking('event store', () => userAtVersion(this.stores.events, id, version));
    if (found.version < version)
      throw consoleError('no-such-version', `The user is at version ${found.version}`);
    return found;
  }
}

function notFound() {
  return consoleError('user-not-found', 'There never was a user with this id');
}
