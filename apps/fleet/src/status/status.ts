import { measureRunningErasures } from '@eventfleet/event-store';
import { createKafka } from '@eventfleet/kafka';
import { gatherStatus } from '@eventfleet/operators';
import { SCHEMA } from '@eventfleet/process-managers';
import { ask, type Part } from '@eventfleet/resilience';
import { pino } from 'pino';
import type { FleetConfig } from '../fleet.config.js';
import { withPool } from '../with-pool.js';
import { printStatus, type Status } from './print-status.js';

/** Prints what there is; a part that does not answer is named with its reason, and makes the exit code 1. */
export async function status(
  config: FleetConfig,
  { json = false }: { readonly json?: boolean },
): Promise<void> {
  const found = await gather(config);
  if (json) console.log(JSON.stringify(found, null, 2));
  else printStatus(found);
  if (Object.values(found).some((part: Part<unknown>) => !part.ok)) process.exitCode = 1;
}

function gather({ eventStoreUrl, readStoreUrl, kafka: settings }: FleetConfig): Promise<Status> {
  const kafka = createKafka(settings, 'eventfleet-cli', pino({ level: 'silent' }));
  return withPool(eventStoreUrl, (eventStore) =>
    withPool(
      eventStoreUrl,
      (processManagers) =>
        withPool(readStoreUrl, async (readStore) => ({
          ...(await gatherStatus({ eventStore, processManagers, readStore, kafka, settings })),
          erasures: await ask(() => measureRunningErasures(eventStore)),
        })),
      { schema: SCHEMA },
    ),
  );
}
