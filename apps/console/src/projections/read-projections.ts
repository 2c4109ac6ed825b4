import { withPrefix } from '@eventfleet/kafka';
import {
  createVerificationContext,
  readGenerations,
  verifyAggregate,
  type RebuildProgress,
  type Verdict,
} from '@eventfleet/projections';
import { readModels } from '@eventfleet/read-models';
import { asking } from '../console.problems.js';
import type { Stores } from '../stores/stores.js';
import type { ProjectionJobs } from './projection-jobs.js';
import type { ProjectionView, RebuildView, VerdictView } from './projections.view.js';

/** Every generation of every read model, and what is done to them. */
export async function readProjections(
  { readStore }: Stores,
  jobs: ProjectionJobs,
): Promise<readonly ProjectionView[]> {
  const views: ProjectionView[] = [];
  for (const readModel of readModels) {
    const found = await asking('read store', () => readGenerations(readStore, readModel));
    const { projection, generations, progress, isBusy } = found;
    const rebuild = progress ? rebuildView(progress) : null;
    views.push({ projection, generations, rebuild, isBusy, job: jobs.find(projection) });
  }
  return views;
}

function rebuildView(progress: RebuildProgress): RebuildView {
  const { phase, expectedEvents, events, eventsPerSecond, recordsLeft, comparedAt, differences } = progress;
  return {
    phase,
    expectedEvents,
    events,
    eventsPerSecond,
    recordsLeft,
    comparedAt: comparedAt?.toISOString() ?? null,
    differences,
  };
}

/** Compares what every read model has of a user with the event store, and folds it again if it is told to. */
export async function verifyUser(
  { config, readStore, events, settings }: Stores,
  aggregateId: string,
  isMending: boolean,
): Promise<readonly VerdictView[]> {
  const { topicPrefix, partitions } = config.kafka;
  const verdicts: VerdictView[] = [];
  for (const readModel of readModels) {
    const verdict = await asking('read store', async () => {
      const servers = { pool: readStore, source: events, topicPrefix, partitions };
      const context = await createVerificationContext(readModel, servers);
      const mark = await events.readPublished(withPrefix(settings, readModel.topic));
      return verifyAggregate(context, aggregateId, { mark, isMending });
    });
    verdicts.push(verdictView(readModel.name, verdict));
  }
  return verdicts;
}

function verdictView(projection: string, verdict: Verdict): VerdictView {
  const none = { projection, verdict: verdict.kind, kind: null, columns: [], isMended: null };
  if (verdict.kind !== 'different') return none;
  const { difference, mending } = verdict;
  const isMended = mending ? mending.outcome === 'done' : null;
  return { ...none, kind: difference.kind, columns: difference.columns, isMended };
}
