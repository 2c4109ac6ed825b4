import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { freePort, startKafka, type KafkaServer } from '@eventfleet/embedded';

/** A broker that only one suite uses, and may break. */
export interface OwnKafka extends KafkaServer {
  readonly port: number;
}

/** Where this checkout keeps what it has fetched. */
export const CACHE = join(dirname(fileURLToPath(import.meta.url)), '../../../.eventfleet/cache');

/** With the same `dataDir` it comes up as the same cluster again, with another one as another. */
export async function startOwnKafka(dataDir: string, port?: number): Promise<OwnKafka> {
  const ownPort = port ?? (await freePort());
  const server = await startKafka({
    dataDir,
    port: ownPort,
    cacheDir: CACHE,
    logFile: `${dataDir}.log`,
  });
  return { ...server, port: ownPort };
}
