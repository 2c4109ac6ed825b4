import type { TokenVerifier } from '@eventfleet/auth';
import { EVENT_STORE_SCHEMA, isEncryptionOn } from '@eventfleet/event-store';
import type { HistoryGuard } from '@eventfleet/history';
import { issuerCheck, type ReadinessCheck } from '@eventfleet/http';
import { hasMigration } from '@eventfleet/postgres';
import type { EventStorePools } from './event-store/event-store-pools.js';
import type { EventRelays } from './publication/event-relays.js';

/** Kafka and RabbitMQ are not checked: while one is away commands are accepted, and published later. */
export function readinessChecks(
  pools: EventStorePools,
  relays: EventRelays,
  history: HistoryGuard,
  verifier: TokenVerifier | null,
): ReadinessCheck[] {
  return [
    {
      name: 'event-store',
      async check() {
        if (!(await hasMigration(pools.shared, EVENT_STORE_SCHEMA)))
          throw new Error('waiting for migrations: run fleet migrate');
        const isEncrypted = await isEncryptionOn(pools.shared);
        if (isEncrypted && !pools.personalData)
          throw new Error('personal data is encrypted: set PERSONAL_DATA_KEY');
        if (!isEncrypted && pools.personalData)
          throw new Error('personal data is not encrypted yet: run fleet migrate with PERSONAL_DATA_KEY');
      },
    },
    {
      name: 'history',
      async check() {
        if (history.problem !== undefined) throw new Error(history.problem);
      },
    },
    {
      name: 'relay',
      async check() {
        const { role, problem } = relays.kafkaHealth();
        if (role === 'refused') throw new Error(problem);
      },
    },
    ...issuerCheck(verifier),
  ];
}
