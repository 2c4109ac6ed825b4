import {
  edgeLimits,
  edgeVariables,
  eventStoreUrl,
  hostRules,
  hostSettings,
  hostVariables,
  loadConfig,
  port,
  readCacheVariables,
  readStoreUrl,
  storeVariables,
} from '@eventfleet/config';
import type { EdgeLimits } from '@eventfleet/http';
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
  const env = loadConfig(schema, process.env, [...hostRules]);
  const limits: EdgeLimits = edgeLimits(env);
  return {
    ...hostSettings(env, env.QUERY_API_PORT),
    readStoreUrl: readStoreUrl(env),
    /** For the past of users. If only the read store has a URL, nobody can say where the event store is. */
    eventStoreUrl: env.READ_STORE_URL && !env.EVENT_STORE_URL ? undefined : eventStoreUrl(env),
    limits,
    /** While the store is away, how old an answer from memory may be; 0: none is given. */
    readCacheTtlSeconds: env.READ_CACHE_TTL,
  };
}
