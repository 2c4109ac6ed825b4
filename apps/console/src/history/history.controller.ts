import { RequireScope } from '@eventfleet/http';
import { userId } from '@eventfleet/contracts';
import { Body, Controller, Get, HttpCode, Post } from '@nestjs/common';
import { z } from 'zod';
import { ActionLog } from '../actions/action-log.js';
import { RequestOperator, type Operator } from '../actions/operator.js';
import { Stores } from '../stores/stores.js';
import { listConflicts, resolveConflicts } from './conflicts.js';
import type { ConflictsView } from './history.view.js';

const markBody = z.strictObject({
  mark: z.enum(['adopt', 'keep'], 'must be adopt or keep'),
  /** Absent: all of them. */
  id: userId.optional(),
  expected: z.int('must be a number').min(1, 'must be at least 1'),
});

/** Published events that the event store has lost, and that contradict what it has. */
@Controller('api/history')
export class HistoryController {
  constructor(
    private readonly stores: Stores,
    private readonly log: ActionLog,
  ) {}

  @Get()
  @RequireScope('fleet:read')
  list(): Promise<ConflictsView> {
    return listConflicts(this.stores);
  }

  /** The running command-api acts on the mark within seconds. */
  @Post('marks')
  @RequireScope('fleet:operate')
  @HttpCode(200)
  mark(
    @Body({ schema: markBody }) { mark, id, expected }: z.output<typeof markBody>,
    @RequestOperator() operator: Operator,
  ): Promise<{ marked: number }> {
    return this.log.run(
      { action: `history.${mark}`, target: { id: id ?? null, expected } },
      operator,
      async () => ({ marked: await resolveConflicts(this.stores, mark, id, expected) }),
      (result) => result,
    );
  }
}
