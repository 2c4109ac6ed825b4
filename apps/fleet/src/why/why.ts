import { formatStory, gatherFacts, tellStory, type Facts } from '@eventfleet/causality';
import { AGGREGATES } from '@eventfleet/contracts';
import { createKafka } from '@eventfleet/kafka';
import { createPool } from '@eventfleet/postgres';
import { SCHEMA } from '@eventfleet/process-managers';
import { readModels } from '@eventfleet/read-models';
import { pino } from 'pino';
import type { FleetConfig } from '../fleet.config.js';

export const WHY_EXIT_CODES =
  '0 if it is told, 1 if nothing has this id, or if a store, Kafka or an app did not answer';

const DEADLINE_MS = 8_000;
const APPLICATION = 'eventfleet-cli';

/**
 * Prints where an id stands and what it waits for, the cause first. Ends the process: a question without an answer would
 * keep it alive.
 */
export async function why(
  config: FleetConfig,
  id: string,
  { json = false }: { readonly json?: boolean },
): Promise<never> {
  const story = tellStory(await gather(config, id));
  const text = json ? JSON.stringify(story, null, 2) : formatStory(story).join('\n');
  await new Promise<void>((resolve) => process.stdout.write(`${text}\n`, () => resolve()));
  process.exit(story.match === 'none' || story.unreachable.length > 0 ? 1 : 0);
}

function gather({ eventStoreUrl, readStoreUrl, kafka, apps }: FleetConfig, id: string): Promise<Facts> {
  const poolOf = (url: string, schema?: string) =>
    createPool({
      url,
      applicationName: APPLICATION,
      max: 2,
      readOnly: true,
      ...(schema === undefined ? {} : { schema }),
    });
  return gatherFacts(
    {
      eventStore: poolOf(eventStoreUrl),
      readStore: poolOf(readStoreUrl),
      processManagers: poolOf(eventStoreUrl, SCHEMA),
      kafka: createKafka(kafka, APPLICATION, pino({ level: 'silent' })),
      settings: kafka,
      aggregates: AGGREGATES.map(({ name, events }) => ({ aggregateType: name, topic: events.topic })),
      readModels,
      apps,
      deadlineMs: DEADLINE_MS,
    },
    id,
  );
}
