import { runMigrations } from '@eventfleet/postgres';
import { CreateEventStore1764000000001 } from './migrations/1-create-event-store.migration.js';
import { CreateRelayCheckpoints1764000000002 } from './migrations/2-create-relay-checkpoints.migration.js';
import { CreateSnapshots1764000000003 } from './migrations/3-create-snapshots.migration.js';
import { IndexAnswersByScope1764000000004 } from './migrations/4-index-answers-by-scope.migration.js';
import { CreateHistory1764000000005 } from './migrations/5-create-history.migration.js';
import { CreateSnapshotHistory1764000000006 } from './migrations/6-create-snapshot-history.migration.js';
import { IndexEventsByCause1764000000007 } from './migrations/7-index-events-by-cause.migration.js';
import { AddActor1764000000008 } from './migrations/8-add-actor.migration.js';
import { CreatePersonalData1764000000009 } from './migrations/9-create-personal-data.migration.js';
import { ChainEvents1764000000010 } from './migrations/10-chain-events.migration.js';
import { SetEventsAside1764000000011 } from './migrations/11-set-events-aside.migration.js';
import { CreateHistoryNotices1764000000012 } from './migrations/12-create-history-notices.migration.js';

/** The newest migration: the schema that this code needs. */
export const EVENT_STORE_SCHEMA = CreateHistoryNotices1764000000012.name;

/** Brings the event store's database to its newest schema. Idempotent, one at a time. */
export function migrateEventStore(url: string): Promise<string[]> {
  return runMigrations({
    url,
    migrations: [
      CreateEventStore1764000000001,
      CreateRelayCheckpoints1764000000002,
      CreateSnapshots1764000000003,
      IndexAnswersByScope1764000000004,
      CreateHistory1764000000005,
      CreateSnapshotHistory1764000000006,
      IndexEventsByCause1764000000007,
      AddActor1764000000008,
      CreatePersonalData1764000000009,
      ChainEvents1764000000010,
      SetEventsAside1764000000011,
      CreateHistoryNotices1764000000012,
    ],
    applicationName: 'eventfleet-migrate',
  });
}
