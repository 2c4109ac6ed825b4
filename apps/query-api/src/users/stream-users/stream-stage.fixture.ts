import { migrateReadStore } from '@eventfleet/read-models';
import { createTestDatabase, eventually } from '@eventfleet/testing';
import { startAppOn, type RunningApp } from '../../query-api.fixture.js';
import { startEventHistory, type EventHistory } from '../history/event-history.fixture.js';
import { openStream, type SseClient } from './sse-client.fixture.js';

/** Two copies of query-api on one event store. */
export interface StreamStage {
  readonly history: EventHistory;
  readonly copies: readonly [RunningApp, RunningApp];
  /** A client, of the first copy if nothing else is said. The stage closes it. */
  open(query?: string, headers?: Record<string, string>, copy?: RunningApp): Promise<SseClient>;
  /** Opens one, and waits until it is at the end: what is appended from then on is sent, and nothing else. */
  openAtEnd(query?: string, copy?: RunningApp): Promise<SseClient>;
  /** Another copy, on this event store or one that is reached otherwise. */
  startCopy(eventStoreUrl?: string): Promise<RunningApp>;
  /** User and version of every event, in the order of the tail. */
  tail(): Promise<string[]>;
  /** Of what one test has opened. */
  cleanUp(): void;
  close(): Promise<void>;
}

export async function openStreamStage(): Promise<StreamStage> {
  const history = await startEventHistory();
  const readStore = await createTestDatabase('query-api', migrateReadStore);
  const running: RunningApp[] = [];
  const clients: SseClient[] = [];
  const startCopy = async (eventStoreUrl = history.url) => {
    const copy = await startAppOn(readStore.url, eventStoreUrl);
    running.push(copy);
    return copy;
  };
  const copies = [await startCopy(), await startCopy()] as const;
  const open: StreamStage['open'] = async (query = '', headers = {}, copy = copies[0]) => {
    const client = await openStream(`${copy.url}/users/stream${query}`, headers);
    clients.push(client);
    return client;
  };
  return {
    history,
    copies,
    open,
    startCopy,
    async openAtEnd(query, copy) {
      await history.tailComplete();
      const client = await open(query, {}, copy);
      await eventually(() => client.messages.some(({ event }) => event === 'caught-up'));
      return client;
    },
    async tail() {
      const { rows } = await history.pool.query<{ told: string }>(
        `select aggregate_id || ' ' || version as told from events where aggregate_type = 'user'
         order by transaction_id, global_position`,
      );
      return rows.map((row) => row.told);
    },
    cleanUp() {
      for (const client of clients.splice(0)) client.close();
    },
    async close() {
      // One that a test has stopped already refuses.
      await Promise.allSettled(running.map(({ app }) => app.close()));
      await history.close();
      await readStore.drop();
    },
  };
}
