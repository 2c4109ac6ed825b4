import type { Admin } from 'kafkajs';
import type { Kafka } from '../kafka.js';
import { clientOf } from './kafkajs-client.js';

/** Runs `work` with an admin of its own, and closes it. */
export async function withAdmin<T>(kafka: Kafka, work: (admin: Admin) => Promise<T>): Promise<T> {
  const admin = clientOf(kafka).admin();
  await admin.connect();
  try {
    return await work(admin);
  } finally {
    await admin.disconnect();
  }
}
