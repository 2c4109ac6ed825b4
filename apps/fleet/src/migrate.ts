import { migrateEventStore } from '@eventfleet/event-store';
import { createKafka, ensureTopics, fleetTopics } from '@eventfleet/kafka';
import { migrateProcessManagers } from '@eventfleet/process-managers';
import { migrateReadStore } from '@eventfleet/read-models';
import { pino } from 'pino';
import type { FleetConfig } from './fleet.config.js';

/** Databases first, then topics; each part is idempotent, so a run that failed half-way is simply repeated. */
export async function migrate(config: FleetConfig): Promise<void> {
  report('event store', await migrateEventStore(config.eventStoreUrl));
  report('process managers', await migrateProcessManagers(config.eventStoreUrl));
  report('read store', await migrateReadStore(config.readStoreUrl));
  const kafka = createKafka(config.kafka, 'eventfleet-migrate', pino({ level: 'silent' }));
  report('kafka', await ensureTopics(kafka, fleetTopics(config.kafka), config.kafka));
}

function report(part: string, done: readonly string[]): void {
  console.log(`${part}: ${done.length > 0 ? done.join(', ') : 'nothing to do'}`);
}
