import { join, resolve } from 'node:path';
import {
  dataVariables,
  eventStoreUrl,
  kafkaSettings,
  kafkaVariables,
  loadConfig,
  readStoreUrl,
  storeVariables,
} from '@eventfleet/config';
import { z } from 'zod';

const schema = z.object({ ...storeVariables, ...kafkaVariables, ...dataVariables });

export interface StaleRowSettings {
  readonly eventStoreUrl: string;
  readonly readStoreUrl: string;
  readonly partitions: number;
  /** Where the pid files of the fleet are. */
  readonly runDir: string;
}

/** @throws ConfigError that lists every wrong variable */
export function readSettings(): StaleRowSettings {
  const env = loadConfig(schema, process.env);
  return {
    eventStoreUrl: eventStoreUrl(env),
    readStoreUrl: readStoreUrl(env),
    partitions: kafkaSettings(env).partitions,
    runDir: join(resolve(env.EVENTFLEET_DATA_DIR), 'run'),
  };
}
