import { RequireScope } from '@eventfleet/http';
import { gatherFacts, tellStory, type Sources, type Story } from '@eventfleet/causality';
import { AGGREGATES } from '@eventfleet/contracts';
import { readModels } from '@eventfleet/read-models';
import { Controller, Get, Query } from '@nestjs/common';
import { z } from 'zod';
import { text } from '../requests.js';
import { Stores } from '../stores/stores.js';

const parameters = z.strictObject({
  id: text(128).trim().min(1, 'must not be empty'),
});

const DEADLINE_MS = 5_000;

/** Where an id stands and what it waits for, as `fleet why` tells it: a user's, an event's, or a correlation id. */
@Controller('api/why')
export class WhyController {
  private readonly sources: Sources;

  constructor({ eventStore, readStore, processManagers, kafka, settings, config }: Stores) {
    this.sources = {
      eventStore,
      readStore,
      processManagers,
      kafka,
      settings,
      aggregates: AGGREGATES.map(({ name, events }) => ({ aggregateType: name, topic: events.topic })),
      readModels,
      apps: config.apps,
      deadlineMs: DEADLINE_MS,
    };
  }

  @Get()
  @RequireScope('fleet:read')
  async tell(@Query({ schema: parameters }) { id }: z.output<typeof parameters>): Promise<Story> {
    return tellStory(await gatherFacts(this.sources, id));
  }
}
