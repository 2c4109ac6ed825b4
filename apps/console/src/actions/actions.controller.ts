import { RequireScope } from '@eventfleet/http';
import { readActions } from '@eventfleet/operators';
import { Controller, Get, Query } from '@nestjs/common';
import { z } from 'zod';
import { asking } from '../console.problems.js';
import { pageLimit } from '../requests.js';
import { Stores } from '../stores/stores.js';
import type { ActionsPage } from './action.view.js';

const parameters = z.strictObject({
  before: z
    .string()
    .regex(/^\d{1,18}$/, 'must be the id of an action')
    .optional(),
  limit: pageLimit(50),
});

/** What operators did by the console, newest first. */
@Controller('api/actions')
export class ActionsController {
  constructor(private readonly stores: Stores) {}

  @Get()
  @RequireScope('fleet:read')
  async list(
    @Query({ schema: parameters }) { before, limit }: z.output<typeof parameters>,
  ): Promise<ActionsPage> {
    // One more than the page tells whether there is a next one.
    const found = await asking('event store', () =>
      readActions(this.stores.operators, { before, limit: limit + 1 }),
    );
    const items = found.slice(0, limit);
    return { items, nextCursor: found.length > limit ? items.at(-1)!.id : null };
  }
}
