import { setImmediate as nextTurn } from 'node:timers/promises';
import type { RecordedEvent } from '@eventfleet/contracts';
import { copyIn } from '@eventfleet/postgres';
import { foldStreams, VERSION_COLUMNS } from '@eventfleet/projections';
import { readModels } from '@eventfleet/read-models';
import { withClient } from '@eventfleet/testing';
import { eventOf, recorded } from './events.ts';
import type { History } from './history.ts';
import { PARTITIONS } from './topics.ts';
import { withoutIndexes } from './without-indexes.ts';

/** Users folded and copied at a time. */
const CHUNK = 2_500;

/** Copies to an empty read store what the first events of a history come to, folded as a rebuild folds them. */
export function seedReadModels(readStoreUrl: string, history: History, events: number): Promise<void> {
  return withClient(readStoreUrl, async (client) => {
    const copied = readModels.flatMap((model) => model.copied?.name ?? []);
    await client.query('set synchronous_commit = off');
    await withoutIndexes(client, copied, async () => {
      const users = history.usersIn(events);
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
}

function streamOf(user: number, history: History, events: number): RecordedEvent[] {
  const stream: RecordedEvent[] = [];
  for (let version = 1, n; (n = history.numberOf({ user, version })) <= events; version++)
    stream.push(recorded(eventOf(n, history)));
  return stream;
}
