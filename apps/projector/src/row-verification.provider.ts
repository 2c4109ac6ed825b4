import type { EventStore } from '@eventfleet/event-store';
import { LOGGER } from '@eventfleet/observability';
import { RowVerification } from '@eventfleet/projections';
import type { FactoryProvider } from '@nestjs/common';
import type pg from 'pg';
import type { Logger } from 'pino';
import { EVENT_STORE, VERIFICATION_POOL } from './connections.module.js';
import { projections } from './projections.js';
import type { ProjectorConfig } from './projector.config.js';

/** The injection token of the `RowVerification`; null if it is off, or there is no event store to compare with. */
export const ROW_VERIFICATION = Symbol('row verification');

export function rowVerificationProvider({ kafka, verifyRate }: ProjectorConfig): FactoryProvider {
  return {
    provide: ROW_VERIFICATION,
    inject: [VERIFICATION_POOL, EVENT_STORE, LOGGER],
    useFactory: (pool: pg.Pool | null, source: EventStore | null, logger: Logger) =>
      pool &&
      source &&
      new RowVerification({
        pool,
        projections,
        source,
        topicPrefix: kafka.topicPrefix,
        partitions: kafka.partitions,
        aggregatesPerSecond: verifyRate,
        logger,
      }),
  };
}
