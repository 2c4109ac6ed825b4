import {
  httpVariables,
  loadConfig,
  logVariables,
  port,
  readStoreUrl,
  storeVariables,
} from '@eventfleet/config';
import { z } from 'zod';

const schema = z.object({ ...logVariables, ...httpVariables, ...storeVariables, QUERY_API_PORT: port(3001) });

export type QueryApiConfig = ReturnType<typeof loadQueryApiConfig>;

/** @throws ConfigError */
export function loadQueryApiConfig() {
  const env = loadConfig(schema, process.env);
  return {
    host: env.HOST,
    port: env.QUERY_API_PORT,
    logLevel: env.LOG_LEVEL,
    readStoreUrl: readStoreUrl(env),
  };
}
