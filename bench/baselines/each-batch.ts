import { contestant } from '../support/contestant.ts';
import { bareKafka } from './bare-kafka.ts';

export interface EachBatchOptions {
  readonly brokers: string;
  readonly topic: string;
  readonly group: string;
  readonly events: number;
  /** Of these, not counted. */
  readonly warmUp: number;
}

/** kafkajs reading a topic from its beginning, with nothing behind. */
contestant(async ({ brokers, topic, group, events, warmUp }: EachBatchOptions): Promise<number> => {
  const consumer = bareKafka(brokers).consumer({ groupId: group });
  await consumer.connect();
  await consumer.subscribe({ topics: [topic], fromBeginning: true });
  let read = 0;
  let begin: { at: number; read: number } | undefined;
  return new Promise((resolve, reject) => {
    consumer
      .run({
        eachBatch: async ({ batch }) => {
          read += batch.messages.length;
          if (read >= warmUp) begin ??= { at: performance.now(), read };
          if (read >= events && begin) {
            resolve(((read - begin.read) * 1_000) / (performance.now() - begin.at));
          }
        },
      })
      .catch(reject);
  });
});
