import { newId } from '@eventfleet/ids';
import { closedLoop, type Load } from '../support/closed-loop.ts';
import { contestant } from '../support/contestant.ts';
import { openUserExecutor } from './user-executor.ts';

export interface AppendOptions {
  readonly databaseUrl: string;
  readonly load: Load;
}

/** New users, one event each, through the command executor. */
contestant(async ({ databaseUrl, load }: AppendOptions) => {
  const { executor } = openUserExecutor(databaseUrl);
  const metadata = { correlationId: newId(), causationId: newId(), traceparent: '' };
  return closedLoop(load, async () => {
    const id = newId();
    const command = { id, name: 'Ada Lovelace', email: `${id}@bench.example` };
    const result = await executor.execute({ aggregateId: id, isNewId: true, command, metadata });
    return result.kind === 'accepted';
  });
});
