import { findRabbitmq, freePort, startRabbitmq, type RabbitmqServer } from '@eventfleet/embedded';

/** A RabbitMQ that only one suite uses, and may break. */
export interface OwnRabbitmq extends RabbitmqServer {
  readonly port: number;
}

/** With the same `dataDir` it comes up with the same queues and messages again. */
export async function startOwnRabbitmq(dataDir: string, port?: number): Promise<OwnRabbitmq> {
  const rabbitmq = await findRabbitmq(undefined);
  if (!('program' in rabbitmq)) throw new Error('this test starts an installed RabbitMQ');
  const ownPort = port ?? (await freePort());
  const server = await startRabbitmq({
    program: rabbitmq.program,
    dataDir,
    port: ownPort,
    logFile: `${dataDir}.log`,
  });
  return { ...server, port: ownPort };
}
