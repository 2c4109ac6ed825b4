import { ConflictResolver, HistoryCheck } from '@eventfleet/history';
import { createKafka } from '@eventfleet/kafka';
import { LOGGER } from '@eventfleet/observability';
import { Module, type FactoryProvider } from '@nestjs/common';
import type { Logger } from 'pino';
import { COMMAND_AGGREGATES, CONFIG } from '../app-context.module.js';
import type { CommandAggregate } from '../command-aggregate.js';
import { APP_NAME, type CommandApiConfig } from '../command-api.config.js';
import { EventStorePools } from '../event-store/event-store-pools.js';
import { HistoryWatch } from './history-watch.js';

const inject = [CONFIG, LOGGER, COMMAND_AGGREGATES, EventStorePools];

function optionsFrom(
  { kafka: settings, signingKeys }: CommandApiConfig,
  logger: Logger,
  aggregates: readonly CommandAggregate[],
  { shared, personalData }: EventStorePools,
) {
  return {
    pool: shared,
    kafka: createKafka(settings, APP_NAME, logger),
    topicPrefix: settings.topicPrefix,
    signingKeys,
    deciders: aggregates.map(({ decider }) => decider),
    personalData,
    logger,
  };
}

const historyCheck: FactoryProvider<HistoryCheck> = {
  provide: HistoryCheck,
  inject,
  useFactory: (...values: Parameters<typeof optionsFrom>) => new HistoryCheck(optionsFrom(...values)),
};

const conflictResolver: FactoryProvider<ConflictResolver> = {
  provide: ConflictResolver,
  inject,
  useFactory: (...values: Parameters<typeof optionsFrom>) =>
    new ConflictResolver({ ...optionsFrom(...values), applicationName: APP_NAME }),
};

/** Compares the event store with what was published, and does what operators decide on conflicts. */
@Module({
  providers: [historyCheck, conflictResolver, HistoryWatch],
  exports: [HistoryCheck, HistoryWatch],
})
export class HistoryModule {}
