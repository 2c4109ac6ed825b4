import {
  edgeLimits,
  edgeVariables,
  hostSettings,
  hostVariables,
  loadConfig,
  port,
  readCacheVariables,
  readStoreUrl,
  storeVariables,
} from '@eventfleet/config';
import { z } from 'zod';

const schema = z.object({
  ...hostVariables,
  ...storeVariables,
  ...edgeVariables,
  QUERY_API_PORT: port(3001),
  ...readCacheVariables,
});

export type QueryApiConfig = ReturnType<typeof loadQueryApiConfig>;

/** @throws ConfigError */
export function loadQueryApiConfig() {
  const env = loadConfig(schema, process.env);
  return {
    ...hostSettings(env, env.QUERY_API_PORT),
    readStoreUrl: readStoreUrl(env),
    limits: edgeLimits(env),
    /** While the store is away, how old an answer from memory may be; 0: none is given. */
    readCacheTtlSeconds: env.READ_CACHE_TTL,
  };
}
