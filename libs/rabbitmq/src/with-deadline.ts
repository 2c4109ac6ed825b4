import { RabbitmqError } from './rabbitmq.errors.js';

/** @throws RabbitmqError `no-answer` when the work takes longer; it then goes on without anybody who waits for it */
export async function withDeadline<T>(work: Promise<T>, ms: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const deadline = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => reject(new RabbitmqError('no-answer', `RabbitMQ did not answer within ${ms} ms`)),
      ms,
    );
  });
  try {
    return await Promise.race([work, deadline]);
  } finally {
    clearTimeout(timer);
  }
}
