import { closedLoop, type Load } from '../support/closed-loop.ts';
import { contestant } from '../support/contestant.ts';
import { userEmail, userId } from '../support/events.ts';
import { openUserExecutor } from './user-executor.ts';

export interface LoadOptions {
  readonly databaseUrl: string;
  /** Of users with equally long histories, by number. More than one, so that none is still in the cache. */
  readonly users: readonly { readonly user: number; readonly name: string }[];
  readonly load: Load;
}

/** Commands that change nothing: each reads and folds its user's history, and nothing is written. */
contestant(async ({ databaseUrl, users, load }: LoadOptions) => {
  const { executor } = openUserExecutor(databaseUrl, { maxCached: 1 });
  const metadata = { correlationId: '', causationId: '', traceparent: '' };
  let turn = 0;
  return closedLoop(load, async () => {
    const { user, name } = users[turn++ % users.length]!;
    const id = userId(user);
    const result = await executor.execute({
      aggregateId: id,
      command: { id, name, email: userEmail(user) },
      metadata,
    });
    return result.kind === 'accepted' && result.events.length === 0;
  });
});
