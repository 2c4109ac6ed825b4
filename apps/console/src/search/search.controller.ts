import { RequireScope } from '@eventfleet/http';
import { Controller, Get, Query } from '@nestjs/common';
import { z } from 'zod';
import { text } from '../requests.js';
import { Stores } from '../stores/stores.js';
import { search } from './search.js';
import type { SearchResult } from './search.view.js';

const parameters = z.strictObject({
  q: text(254).trim().min(1, 'must not be empty'),
});

/** Users by id, email, beginning of the name, event id or correlation id. */
@Controller('api/search')
export class SearchController {
  constructor(private readonly stores: Stores) {}

  @Get()
  @RequireScope('fleet:read')
  find(@Query({ schema: parameters }) { q }: z.output<typeof parameters>): Promise<SearchResult> {
    return search(this.stores, q);
  }
}
