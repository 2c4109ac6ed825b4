import { openClient } from '../support/client.ts';
import { closedLoop, type Load } from '../support/closed-loop.ts';
import { contestant } from '../support/contestant.ts';

export interface SelectOneOptions {
  readonly databaseUrl: string;
  readonly load: Load;
}

/** A round trip to the server that does nothing there. */
contestant(async ({ databaseUrl, load }: SelectOneOptions) => {
  const client = await openClient(databaseUrl);
  return closedLoop(load, async () => {
    await client.query({ name: 'one', text: 'select 1' });
    return true;
  });
});
