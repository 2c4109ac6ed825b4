import type { RabbitmqSettings } from '@eventfleet/config';
import { WORK_QUEUES } from '@eventfleet/contracts';
import { beginEncryption, keyWrapperOf, migrateEventStore } from '@eventfleet/event-store';
import { createKafka, ensureTopics, fleetTopics } from '@eventfleet/kafka';
import { markOrigin, migrateNotifier } from '@eventfleet/notifications';
import { migrateOperators } from '@eventfleet/operators';
import { assertOwnSession, ensureDatabase } from '@eventfleet/postgres';
import { migrateProcessManagers } from '@eventfleet/process-managers';
import { ensureQueues } from '@eventfleet/rabbitmq';
import { migrateReadStore } from '@eventfleet/read-models';
import { pino } from 'pino';
import type { FleetConfig } from './fleet.config.js';
import { withPool } from './with-pool.js';

/**
 * Databases first, then topics and queues; each part is idempotent, so a run that failed half-way is simply repeated.
 * Mails are sent for events from the moment on at which there is a queue for them.
 */
export async function migrate(config: FleetConfig): Promise<void> {
  await prepareDatabase('EVENT_STORE_URL', config.eventStoreUrl);
  await prepareDatabase('READ_STORE_URL', config.readStoreUrl);
  report('event store', await migrateEventStore(config.eventStoreUrl));
  report('personal data', await encrypt(config));
  report('process managers', await migrateProcessManagers(config.eventStoreUrl));
  report('notifier', await migrateNotifier(config.eventStoreUrl));
  report('operators', await migrateOperators(config.eventStoreUrl));
  report('read store', await migrateReadStore(config.readStoreUrl));
  const kafka = createKafka(config.kafka, 'eventfleet-migrate', pino({ level: 'silent' }));
  report('kafka', await ensureTopics(kafka, fleetTopics(config.kafka), config.kafka));
  if (config.rabbitmq) await migrateRabbitmq(config.rabbitmq, config.eventStoreUrl);
}

/** Once only: what is encrypted stays so. */
async function encrypt({ eventStoreUrl, personalDataKeys }: FleetConfig): Promise<readonly string[]> {
  const wrapper = keyWrapperOf(personalDataKeys);
  if (!wrapper) return [];
  const hashed = await withPool(eventStoreUrl, (pool) => beginEncryption(pool, wrapper));
  return hashed === undefined ? [] : [`encrypted from now on, ${hashed} claims hashed`];
}

/** Nothing is migrated behind a pooler that the apps refuse. */
async function prepareDatabase(variable: string, url: string): Promise<void> {
  await ensureDatabase(url);
  await assertOwnSession({ variable, url });
}

async function migrateRabbitmq(settings: RabbitmqSettings, eventStoreUrl: string): Promise<void> {
  report('rabbitmq', await ensureQueues(settings, WORK_QUEUES));
  const isFirst = await withPool(eventStoreUrl, markOrigin);
  report('mails', isFirst ? ['due for events from now on'] : []);
}

function report(part: string, done: readonly string[]): void {
  console.log(`${part}: ${done.length > 0 ? done.join(', ') : 'nothing to do'}`);
}
