/**
 * A process of its own, which handles the commands of a partition and is killed between a dead letter and its offset.
 * Run by Node as it is, on the built libs: `node dying-consumer.fixture.ts <settings as JSON> <topic> <group>`.
 */
import type { KafkaSettings } from '@eventfleet/config';
import { createKafka, deadLettered } from '@eventfleet/kafka';
import { KafkaBatchStrategy } from '@eventfleet/kafka/nest';
import { armFailpoint } from '@eventfleet/resilience';
import { pino } from 'pino';

const [json = '', topic = '', group = ''] = process.argv.slice(2);
const settings = JSON.parse(json) as KafkaSettings;
const logger = pino({ level: 'warn' });
const kafka = createKafka(settings, 'dying', logger);
const strategy = new KafkaBatchStrategy({ kafka, settings, logger, onFatal: () => process.exit(3) });

armFailpoint('between dead letter and offset');
const handler = deadLettered(
  async ({ value }) => {
    if (String(value) === 'poison') throw new TypeError('a bug');
  },
  { kafka, settings, group, logger, maxAttempts: 2 },
);
const extras = { topic, group };
strategy.addHandler(extras, handler, true, extras);
strategy.listen(() => undefined);
