import { withProjection, withProjectionLock } from '@eventfleet/operators';
import {
  compareGenerations,
  dropGeneration,
  RebuildError,
  rebuildProjection,
  rollBack,
  switchGeneration,
  type Comparison,
} from '@eventfleet/projections';
import { finishesWithin } from '@eventfleet/resilience';
import { Injectable, type OnModuleDestroy } from '@nestjs/common';
import { ActionLog } from '../actions/action-log.js';
import type { Operator } from '../actions/operator.js';
import { consoleError } from '../console.problems.js';
import { Stores } from '../stores/stores.js';
import type { JobName, JobView } from './projections.view.js';

export interface JobRequest {
  readonly projection: string;
  readonly job: JobName;
  /** To switch although the last comparison found differences. */
  readonly acceptDifferences: boolean;
}

interface Job {
  view: JobView;
  readonly stop: AbortController;
  readonly ended: Promise<void>;
}

interface Outcome {
  readonly text: string;
  readonly comparison?: Comparison;
}

/** A rebuild goes on from its last step, so that it need not be waited for. */
const STOP_MS = 2_000;

/** Works on generations of projections within this process, one job a projection; the page follows them. */
@Injectable()
export class ProjectionJobs implements OnModuleDestroy {
  private readonly jobs = new Map<string, Job>();

  constructor(
    private readonly stores: Stores,
    private readonly log: ActionLog,
  ) {}

  /** The last job of a projection. */
  find(projection: string): JobView | null {
    return this.jobs.get(projection)?.view ?? null;
  }

  /** Begins a job. What becomes of it is in `find`. @throws ProblemError `busy` */
  start(request: JobRequest, operator: Operator): JobView {
    const { projection, job } = request;
    if (this.find(projection)?.state === 'running')
      throw consoleError('busy', `A job of this process works on ${projection}: let it end, or stop it`);
    const stop = new AbortController();
    const view: JobView = { job, state: 'running', text: '', comparison: null };
    const started: Job = { view, stop, ended: this.follow(request, operator, stop.signal) };
    this.jobs.set(projection, started);
    return view;
  }

  /** Stops a job at its next step; a rebuild can go on from there. Returns whether there was one. */
  stop(projection: string): boolean {
    const job = this.jobs.get(projection);
    if (job?.view.state !== 'running') return false;
    job.stop.abort(new Error('stopped by an operator'));
    return true;
  }

  async onModuleDestroy(): Promise<void> {
    const jobs = [...this.jobs.values()];
    for (const { stop } of jobs) stop.abort(new Error('the console stops'));
    await finishesWithin(Promise.all(jobs.map(({ ended }) => ended)), STOP_MS);
  }

  /** Never rejects. */
  private async follow(request: JobRequest, operator: Operator, stopped: AbortSignal): Promise<void> {
    const { projection, job, acceptDifferences } = request;
    const end = (state: JobView['state'], { text, comparison }: Outcome) => {
      const found = this.jobs.get(projection);
      if (found) found.view = { job, state, text, comparison: comparison ?? null };
    };
    try {
      const outcome = await this.log.run(
        { action: `projection.${job}`, target: { projection, acceptDifferences } },
        operator,
        () => this.work(request, stopped),
        ({ text, comparison }) => ({ text, differences: comparison?.differences ?? null }),
      );
      end('done', outcome);
    } catch (error) {
      if (error instanceof RebuildError) end('refused', { text: error.message });
      else if (stopped.aborted) end('stopped', { text: 'It was stopped. A rebuild goes on where it was.' });
      else end('failed', { text: error instanceof Error ? error.message : String(error) });
    }
  }

  private async work(
    { projection, job, acceptDifferences }: JobRequest,
    stopped: AbortSignal,
  ): Promise<Outcome> {
    const servers = this.stores.config;
    if (job === 'drop-new' || job === 'drop-previous') {
      const generation = job === 'drop-new' ? 'new' : 'previous';
      await withProjectionLock(servers, projection, (readStore) =>
        dropGeneration(readStore, projection, generation),
      );
      return { text: `The ${generation} generation is dropped.` };
    }
    return withProjection(servers, projection, stopped, async (context, signal): Promise<Outcome> => {
      switch (job) {
        case 'rebuild':
          await rebuildProjection(context, { signal, onProgress: () => undefined });
          return { text: 'The new generation is built. Compare it with the live one.' };
        case 'compare': {
          const comparison = await compareGenerations(context, { signal });
          return { text: `${comparison.differences} rows differ.`, comparison };
        }
        case 'switch':
          return switched(await switchGeneration(context, { acceptDifferences, signal }));
        case 'rollback':
          return switched(await rollBack(context, signal));
      }
    });
  }
}

function switched({ heldMs }: { readonly heldMs: number }): Outcome {
  return { text: `It is live. Queries waited for at most ${Math.ceil(heldMs)} ms.` };
}
