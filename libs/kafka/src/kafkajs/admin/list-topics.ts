import type { Kafka } from '../../kafka.js';
import { withAdmin } from '../with-admin.js';

/** The full names of all topics of the cluster. */
export function listTopics(kafka: Kafka): Promise<string[]> {
  return withAdmin(kafka, (admin) => admin.listTopics());
}

/** Deletes topics with all that they hold. The brokers hear of it later: until then they may serve them still. */
export async function deleteTopics(kafka: Kafka, topics: readonly string[]): Promise<void> {
  await withAdmin(kafka, (admin) => admin.deleteTopics({ topics: [...topics] }));
}
