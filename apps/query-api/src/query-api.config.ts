import {
  edgeLimits,
  edgeVariables,
  eventStoreUrl,
  hostRules,
  hostSettings,
  hostVariables,
  loadConfig,
  personalDataVariables,
  port,
  readCacheVariables,
  readStoreUrl,
  storeVariables,
} from '@eventfleet/config';
import { KEY_CACHE_MS, type WrappingKey } from '@eventfleet/event-store';
import type { EdgeLimits } from '@eventfleet/http';
import { z } from 'zod';

const schema = z.object({
  ...hostVariables,
  ...storeVariables,
  ...edgeVariables,
  ...personalDataVariables,
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
    /** They unwrap the keys of personal data; none: events that are encrypted cannot be read. */
    personalDataKeys: env.PERSONAL_DATA_KEY as readonly WrappingKey[],
    limits,
    /** While the store is away, how old an answer from memory may be; 0: none is given. No longer than a key is kept. */
    readCacheTtlSeconds:
      env.PERSONAL_DATA_KEY.length > 0
        ? Math.min(env.READ_CACHE_TTL, KEY_CACHE_MS / 1_000)
        : env.READ_CACHE_TTL,
  };
}
