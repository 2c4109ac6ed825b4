import { v7 as uuidv7 } from 'uuid';
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
  const metadata = { correlationId: uuidv7(), causationId: uuidv7(), traceparent: '' };
  return closedLoop(load, async () => {
    const id = uuidv7();
    const command = { id, name: 'Ada Lovelace', email: `${id}@bench.example` };
    const result = await executor.execute({ aggregateId: id, isNewId: true, command, metadata });
    return result.kind === 'accepted';
  });
});
