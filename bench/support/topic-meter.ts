import type { Meter } from './meter.ts';
import { bareKafka } from '../baselines/bare-kafka.ts';

/** Records of a topic. */
export async function topicMeter(brokers: string, topic: string): Promise<Meter> {
  const admin = bareKafka(brokers).admin();
  await admin.connect();
  return {
    async count() {
      const offsets = await admin.fetchTopicOffsets(topic);
      return offsets.reduce((sum, { offset }) => sum + Number(offset), 0);
    },
    [Symbol.asyncDispose]: () => admin.disconnect(),
  };
}
