import { RequireScope } from '@eventfleet/http';
import { userId } from '@eventfleet/contracts';
import type { HttpResponse } from '@eventfleet/http';
import { readModels } from '@eventfleet/read-models';
import { Body, Controller, Get, HttpCode, Post, Req } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { ActionLog } from '../actions/action-log.js';
import { RequestOperator, type Operator } from '../actions/operator.js';
import { consoleError } from '../console.problems.js';
import { LiveFeeds } from '../live/live-feeds.js';
import { Stores } from '../stores/stores.js';
import { ProjectionJobs } from './projection-jobs.js';
import type { JobView, ProjectionView, VerdictView } from './projections.view.js';
import { readProjections, verifyUser } from './read-projections.js';

const EVERY_MS = 1_000;

const projection = z.enum(
  readModels.map(({ name }) => name),
  'must be a read model',
);
const jobBody = z.strictObject({
  projection,
  job: z.enum(
    ['rebuild', 'compare', 'switch', 'rollback', 'drop-new', 'drop-previous'],
    'must be a job on generations',
  ),
  acceptDifferences: z.boolean('must be true or false').default(false),
});
const stopBody = z.strictObject({ projection });
const verifyBody = z.strictObject({ id: userId, mend: z.boolean('must be true or false').default(false) });

/** Read models: built anew beside the live one, compared, switched; and compared with the event store. */
@Controller('api/projections')
export class ProjectionsController {
  constructor(
    private readonly stores: Stores,
    private readonly jobs: ProjectionJobs,
    private readonly feeds: LiveFeeds,
    private readonly log: ActionLog,
  ) {}

  @Get()
  @RequireScope('fleet:read')
  list(): Promise<readonly ProjectionView[]> {
    return readProjections(this.stores, this.jobs);
  }

  @Get('live')
  @RequireScope('fleet:read')
  live(@Req() request: FastifyRequest): HttpResponse {
    return this.feeds.open({ name: 'projections', everyMs: EVERY_MS, load: () => this.list() }, request);
  }

  /** Begins it; the list tells what becomes of it. @throws ProblemError `busy` */
  @Post('jobs')
  @RequireScope('fleet:operate')
  @HttpCode(202)
  start(
    @Body({ schema: jobBody }) body: z.output<typeof jobBody>,
    @RequestOperator() operator: Operator,
  ): JobView {
    return this.jobs.start(body, operator);
  }

  /** Pauses a rebuild: the next one goes on. @throws ProblemError `not-running` */
  @Post('stops')
  @RequireScope('fleet:operate')
  @HttpCode(202)
  stop(
    @Body({ schema: stopBody }) { projection }: z.output<typeof stopBody>,
    @RequestOperator() operator: Operator,
  ): Promise<{ stopping: true }> {
    return this.log.run(
      { action: 'projection.stop', target: { projection } },
      operator,
      async () => {
        if (this.jobs.stop(projection)) return { stopping: true };
        throw consoleError('not-running', 'No job of this process works on it');
      },
      () => ({}),
    );
  }

  /** Compares the rows of a user with the event store; mends them if it is told to. */
  @Post('verifications')
  @RequireScope('fleet:operate')
  @HttpCode(200)
  verify(
    @Body({ schema: verifyBody }) { id, mend }: z.output<typeof verifyBody>,
    @RequestOperator() operator: Operator,
  ): Promise<readonly VerdictView[]> {
    return this.log.run(
      { action: mend ? 'rows.mend' : 'rows.verify', target: { id } },
      operator,
      () => verifyUser(this.stores, id, mend),
      (verdicts) => Object.fromEntries(verdicts.map(({ projection, verdict }) => [projection, verdict])),
    );
  }
}
