import { RequireScope } from '@eventfleet/http';
import type { HttpResponse } from '@eventfleet/http';
import { Controller, Get, Req } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { LiveFeeds } from '../live/live-feeds.js';
import { FleetGatherer } from './fleet-gatherer.js';
import type { FleetView } from './fleet.view.js';

const EVERY_MS = 2_000;

/** The whole fleet, once or live. */
@Controller('api/fleet')
export class FleetController {
  constructor(
    private readonly gatherer: FleetGatherer,
    private readonly feeds: LiveFeeds,
  ) {}

  @Get()
  @RequireScope('fleet:read')
  get(): Promise<FleetView> {
    return this.gatherer.look();
  }

  @Get('live')
  @RequireScope('fleet:read')
  live(@Req() request: FastifyRequest): HttpResponse {
    return this.feeds.open({ name: 'fleet', everyMs: EVERY_MS, load: () => this.gatherer.look() }, request);
  }
}
