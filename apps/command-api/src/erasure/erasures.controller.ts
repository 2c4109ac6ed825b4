import { userId as uuid } from '@eventfleet/contracts';
import { readErasure } from '@eventfleet/event-store';
import { HttpResponse, Operation, ProblemError, RequireScope } from '@eventfleet/http';
import { Controller, Get, Param } from '@nestjs/common';
import { EventStorePools } from '../event-store/event-store-pools.js';
import { GET_ERASURE } from './erasure.operations.js';

@Controller('erasures')
export class ErasuresController {
  constructor(private readonly pools: EventStorePools) {}

  /** The receipt, as far as it is written. */
  @Get(':id')
  @RequireScope('users:erase')
  @Operation(GET_ERASURE)
  async get(@Param('id', { schema: uuid }) id: string): Promise<HttpResponse> {
    const receipt = await readErasure(this.pools.shared, id);
    if (!receipt) throw new ProblemError('not-found', 'There is no erasure with this id');
    const { erasureId, aggregateId: userId, state, requestedAt, completedAt, places } = receipt;
    const body = { erasureId, userId, state, requestedAt, completedAt, places };
    return new HttpResponse(200, { 'cache-control': 'no-store' }, body);
  }
}
