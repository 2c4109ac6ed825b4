import { RequireScope } from '@eventfleet/http';
import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { z } from 'zod';
import { ActionLog } from '../actions/action-log.js';
import { RequestOperator, type Operator } from '../actions/operator.js';
import { name, pageLimit } from '../requests.js';
import { Stores } from '../stores/stores.js';
import { listDeadLetters, pageDeadLetters, retryOne, retryQueue, retryTopic } from './dead-letters.js';
import type { DeadLetterOverviewView, DeadLettersPage, RetriedView } from './dead-letters.view.js';

const offset = z
  .string()
  .regex(/^\d{1,18}$/, 'must be an offset')
  .transform((text) => BigInt(text));
const expected = z.int('must be a number').min(1, 'must be at least 1');

const pageParameters = z.strictObject({ before: offset.optional(), limit: pageLimit(20, 50) });
const retryBody = z.union(
  [
    z.strictObject({ topic: name, offset }),
    z.strictObject({ topic: name, expected }),
    z.strictObject({ queue: name, expected }),
  ],
  'must name a topic with an offset or a count, or a queue with a count',
);

/** Records and messages that a consumer set aside. */
@Controller('api/dead-letters')
export class DeadLettersController {
  constructor(
    private readonly stores: Stores,
    private readonly log: ActionLog,
  ) {}

  @Get()
  @RequireScope('fleet:read')
  list(): Promise<DeadLetterOverviewView> {
    return listDeadLetters(this.stores);
  }

  @Get(':topic')
  @RequireScope('fleet:read')
  page(
    @Param('topic', { schema: name }) topic: string,
    @Query({ schema: pageParameters }) { before, limit }: z.output<typeof pageParameters>,
  ): Promise<DeadLettersPage> {
    return pageDeadLetters(this.stores, topic, { before, limit });
  }

  /** At least once: what is interrupted may be published again the next time. */
  @Post('retries')
  @RequireScope('fleet:operate')
  @HttpCode(200)
  retry(
    @Body({ schema: retryBody }) body: z.output<typeof retryBody>,
    @RequestOperator() operator: Operator,
  ): Promise<RetriedView> {
    const target = 'offset' in body ? { ...body, offset: String(body.offset) } : body;
    return this.log.run(
      { action: 'dead-letter.retry', target },
      operator,
      () => retry(this.stores, body),
      (result) => result,
    );
  }
}

function retry(stores: Stores, body: z.output<typeof retryBody>): Promise<RetriedView> {
  if ('queue' in body) return retryQueue(stores, body.queue, body.expected);
  return 'offset' in body
    ? retryOne(stores, body.topic, body.offset)
    : retryTopic(stores, body.topic, body.expected);
}
