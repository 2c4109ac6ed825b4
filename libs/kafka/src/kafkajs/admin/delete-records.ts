import type { Kafka } from '../../kafka.js';
import { withAdmin } from '../with-admin.js';

/** Deletes all records of a partition below an offset. Answers once nobody can read them any more. */
export async function deleteRecordsBelow(
  kafka: Kafka,
  { topic, partition }: { readonly topic: string; readonly partition: number },
  offset: bigint,
): Promise<void> {
  const partitions = [{ partition, offset: String(offset) }];
  await withAdmin(kafka, async (admin) => {
    // It looks for the leader in what it knows of the topic; a new one knows nothing.
    await admin.fetchTopicOffsets(topic);
    await admin.deleteTopicRecords({ topic, partitions });
  });
}
