import type { TokenVerifier } from '@eventfleet/auth';
import { issuerCheck, OperationsModule } from '@eventfleet/http';
import { type DynamicModule, Module } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import type { Logger } from 'pino';
import { ActionsController } from './actions/actions.controller.js';
import { ActionLog } from './actions/action-log.js';
import type { ConsoleConfig } from './console.config.js';
import { DeadLettersController } from './dead-letters/dead-letters.controller.js';
import { SameOriginGuard } from './edge/same-origin.guard.js';
import { FleetController } from './fleet/fleet.controller.js';
import { FleetGatherer } from './fleet/fleet-gatherer.js';
import { HistoryController } from './history/history.controller.js';
import { LoginController, LOGIN_ACCESS, type LoginAccess } from './login/login.controller.js';
import type { Login } from './login/login.js';
import { LiveFeeds } from './live/live-feeds.js';
import { PageController } from './page/page.controller.js';
import { ParkedController } from './parked/parked.controller.js';
import { ProjectionJobs } from './projections/projection-jobs.js';
import { ProjectionsController } from './projections/projections.controller.js';
import { SearchController } from './search/search.controller.js';
import { Stores } from './stores/stores.js';
import { StoresModule } from './stores/stores.module.js';
import { UsersController } from './users/users.controller.js';
import { WhyController } from './why/why.controller.js';

/** The operators' web page, and what it asks for. */
@Module({})
export class ConsoleModule {
  static forRoot(
    config: ConsoleConfig,
    logger: Logger,
    verifier?: TokenVerifier,
    login?: Login,
  ): DynamicModule {
    const access: LoginAccess = { isNeeded: verifier !== undefined, login, logger };
    return {
      module: ConsoleModule,
      imports: [
        StoresModule.forRoot(config, logger),
        OperationsModule.forRoot({
          inject: [Stores],
          useFactory: (stores: Stores) => [
            { name: 'event-store', check: () => stores.checkEventStore() },
            { name: 'read-store', check: () => stores.checkReadStore() },
            ...issuerCheck(verifier),
          ],
        }),
      ],
      controllers: [
        PageController,
        LoginController,
        FleetController,
        SearchController,
        UsersController,
        WhyController,
        ParkedController,
        DeadLettersController,
        ProjectionsController,
        HistoryController,
        ActionsController,
      ],
      providers: [
        { provide: APP_GUARD, useFactory: () => new SameOriginGuard(config.hostnames) },
        {
          provide: FleetGatherer,
          inject: [Stores],
          useFactory: (stores: Stores) => new FleetGatherer(stores),
        },
        { provide: LiveFeeds, useFactory: () => new LiveFeeds() },
        { provide: LOGIN_ACCESS, useValue: access },
        ActionLog,
        ProjectionJobs,
      ],
    };
  }
}
