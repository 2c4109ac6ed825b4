import { setImmediate as nextTurn } from 'node:timers/promises';
import type { RecordedEvent } from '@eventfleet/contracts';
import { copyIn } from '@eventfleet/postgres';
import { foldStreams, VERSION_COLUMNS } from '@eventfleet/projections';
import { readModels } from '@eventfleet/read-models';
import { withClient } from '@eventfleet/testing';
import { contestant } from './contestant.ts';
import { eventOf, recorded } from './events.ts';
import { updatedAgain, type History } from './history.ts';
import { PARTITIONS } from './topics.ts';
import { withoutIndexes } from './without-indexes.ts';

/** Users folded and copied at a time. */
const CHUNK = 2_500;

export interface ReadModelsOptions {
  readonly readStoreUrl: string;
  readonly users: number;
  readonly events: number;
}

/**
 * Copies to an empty read store what the first events of `updatedAgain` come to, folded as a rebuild folds them. A process
 * of its own: it takes a core for minutes.
 */
contestant(async ({ readStoreUrl, users, events }: ReadModelsOptions): Promise<true> => {
  const history = updatedAgain(users);
  await withClient(readStoreUrl, async (client) => {
    const copied = readModels.flatMap((model) => model.copied?.name ?? []);
    await client.query('set synchronous_commit = off');
    await withoutIndexes(client, copied, async () => {
      for (let first = 1; first <= users; first += CHUNK) {
        const count = Math.min(CHUNK, users - first + 1);
        const streams = Array.from({ length: count }, (_, index) => streamOf(first + index, history, events));
        for (const model of readModels) {
          const { rows, versions, statements } = foldStreams(model, streams, PARTITIONS);
          if (model.copied)
            await copyIn(client, `${model.copied.name} (${model.copied.columns.join()})`, rows);
          await copyIn(client, `projection_versions (${VERSION_COLUMNS})`, versions);
          for (const statement of statements) await client.query(statement);
          await nextTurn();
        }
      }
    });
    await client.query('vacuum analyze');
  });
  return true;
});

function streamOf(user: number, history: History, events: number): RecordedEvent[] {
  const stream: RecordedEvent[] = [];
  for (let version = 1, n; (n = history.numberOf({ user, version })) <= events; version++)
    stream.push(recorded(eventOf(n, history)));
  return stream;
}
