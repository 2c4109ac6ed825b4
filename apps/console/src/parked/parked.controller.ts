import { RequireScope } from '@eventfleet/http';
import { Body, Controller, Get, HttpCode, Post, Query } from '@nestjs/common';
import { z } from 'zod';
import { ActionLog } from '../actions/action-log.js';
import { RequestOperator, type Operator } from '../actions/operator.js';
import { name, text } from '../requests.js';
import { Stores } from '../stores/stores.js';
import { listParked, markKeys, sampleParked, showParked, tryParked } from './parked-events.js';
import type { MarkedView, ParkedEventView, ParkedOverview, SampleView, TrialView } from './parked.view.js';

/** Empty for records without a key. */
const key = text(300);
const mark = z.enum(['retry', 'discard'], 'must be retry or discard');

const listParameters = z.strictObject({ projection: name.optional() });
const keyParameters = z.strictObject({ projection: name, key });
const trialBody = z.strictObject({ projection: name, key, mark });
const sampleBody = z.strictObject({ projection: name });
const markBody = z.strictObject({
  projection: name,
  /** Absent: every key of the projection, for a retry alone. */
  key: key.optional(),
  mark,
  expectedKeys: z.int('must be a number').min(1, 'must be at least 1'),
});
const checkedMarkBody = markBody.refine(({ key, mark }) => key !== undefined || mark === 'retry', {
  path: ['key'],
  message: 'must name the key of a discard',
});

/** Parked events: what they are, what a retry would do, and the retry. */
@Controller('api/parked')
export class ParkedController {
  constructor(
    private readonly stores: Stores,
    private readonly log: ActionLog,
  ) {}

  @Get()
  @RequireScope('fleet:read')
  list(
    @Query({ schema: listParameters }) { projection }: z.output<typeof listParameters>,
  ): Promise<ParkedOverview> {
    return listParked(this.stores, projection);
  }

  @Get('events')
  @RequireScope('fleet:read')
  show(
    @Query({ schema: keyParameters }) { projection, key }: z.output<typeof keyParameters>,
  ): Promise<readonly ParkedEventView[]> {
    return showParked(this.stores, projection, key);
  }

  /** Does it in a transaction that is rolled back. */
  @Post('trials')
  @RequireScope('fleet:operate')
  @HttpCode(200)
  try(
    @Body({ schema: trialBody }) { projection, key, mark }: z.output<typeof trialBody>,
    @RequestOperator() operator: Operator,
  ): Promise<TrialView> {
    return this.log.run(
      { action: 'parked.try', target: { projection, key, mark } },
      operator,
      () => tryParked(this.stores, projection, key, mark),
      ({ applied, removed, fault }) => ({ applied, removed, fault: fault?.code ?? null }),
    );
  }

  @Post('samples')
  @RequireScope('fleet:operate')
  @HttpCode(200)
  sample(
    @Body({ schema: sampleBody }) { projection }: z.output<typeof sampleBody>,
    @RequestOperator() operator: Operator,
  ): Promise<SampleView> {
    return this.log.run(
      { action: 'parked.sample', target: { projection } },
      operator,
      () => sampleParked(this.stores, projection),
      ({ tried, clean }) => ({ tried, clean }),
    );
  }

  /** The running projector or process manager acts on the mark within a second. */
  @Post('marks')
  @RequireScope('fleet:operate')
  @HttpCode(200)
  mark(
    @Body({ schema: checkedMarkBody }) body: z.output<typeof checkedMarkBody>,
    @RequestOperator() operator: Operator,
  ): Promise<MarkedView> {
    const { projection, key, mark, expectedKeys } = body;
    return this.log.run(
      { action: `parked.${mark}`, target: { projection, key: key ?? null, expectedKeys } },
      operator,
      async () => ({ marked: await markKeys(this.stores, mark, { projection, key }, expectedKeys) }),
      ({ marked }) => ({ marked }),
    );
  }
}
