import { v7 as uuidv7 } from 'uuid';
import { closedLoop, type Load } from '../support/closed-loop.ts';
import { contestant } from '../support/contestant.ts';
import { openUserCommands } from './user-command-executor.ts';

export interface AppendOptions {
  readonly databaseUrl: string;
  readonly load: Load;
}

/** New users, one event each, through the group commit. */
contestant(async ({ databaseUrl, load }: AppendOptions) => {
  const { commands } = openUserCommands(databaseUrl);
  const metadata = { correlationId: uuidv7(), causationId: uuidv7(), traceparent: '' };
  return closedLoop(load, async () => {
    const id = uuidv7();
    const command = { id, name: 'Ada Lovelace', email: `${id}@bench.example` };
    const result = await commands.execute({ aggregateId: id, isNewId: true, command, metadata });
    return result.kind === 'accepted';
  });
});
