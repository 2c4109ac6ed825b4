import kafkajs from 'kafkajs';
import { toCloudEvent } from '@eventfleet/contracts';
import { contestant } from '../support/contestant.ts';
import { eventsFrom, recorded } from '../support/events.ts';
import { bareKafka } from './bare-kafka.ts';

export interface ProduceOptions {
  readonly brokers: string;
  readonly topic: string;
  readonly events: number;
  /** Of these, not counted. */
  readonly warmUp: number;
}

/** As many as the relay reads and sends at a time. */
const BATCH = 2_000;
const ALL_IN_SYNC_REPLICAS = -1;

/** One batch of messages like the relay's, made once and sent again and again, each send after the one before. */
contestant(async ({ brokers, topic, events, warmUp }: ProduceOptions): Promise<number> => {
  const producer = bareKafka(brokers).producer({
    createPartitioner: kafkajs.Partitioners.DefaultPartitioner,
  });
  await producer.connect();
  const messages = eventsFrom(1, BATCH).map((event) => {
    const { key, value, headers } = toCloudEvent(recorded(event));
    return { key, value, headers: { ...headers } };
  });
  let begin = 0;
  let sent = 0;
  for (; sent < events; sent += BATCH) {
    if (sent >= warmUp && begin === 0) begin = performance.now();
    await producer.send({ topic, acks: ALL_IN_SYNC_REPLICAS, messages });
  }
  return ((sent - warmUp) * 1_000) / (performance.now() - begin);
});
