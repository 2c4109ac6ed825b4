import type { TokenVerifier } from '@eventfleet/auth';
import { LOGGER } from '@eventfleet/observability';
import type { ProblemTable } from '@eventfleet/http';
import { Module, type DynamicModule } from '@nestjs/common';
import type { Logger } from 'pino';
import type { CommandApiConfig } from './command-api.config.js';
import type { CommandAggregate } from './command-aggregate.js';

/** What every module may inject: `CommandApiConfig`. */
export const CONFIG = Symbol('CONFIG');
/** `readonly CommandAggregate[]`: what is in `aggregates.ts`. */
export const COMMAND_AGGREGATES = Symbol('COMMAND_AGGREGATES');
/** `ProblemTable`: every error code that this app answers with. */
export const PROBLEMS = Symbol('PROBLEMS');
/** `TokenVerifier`, or null: commands need no token. */
export const TOKEN_VERIFIER = Symbol('TOKEN_VERIFIER');

export interface AppContext {
  readonly config: CommandApiConfig;
  readonly logger: Logger;
  readonly aggregates: readonly CommandAggregate[];
  readonly problems: ProblemTable;
  /** Absent: no token is needed. */
  readonly verifier?: TokenVerifier | undefined;
}

/** Values that exist before any provider. They are injected: an import of `aggregates.ts` would be circular. */
@Module({})
export class AppContextModule {
  static forRoot({ config, logger, aggregates, problems, verifier }: AppContext): DynamicModule {
    const values = [
      { provide: CONFIG, useValue: config },
      { provide: LOGGER, useValue: logger },
      { provide: COMMAND_AGGREGATES, useValue: aggregates },
      { provide: PROBLEMS, useValue: problems },
      { provide: TOKEN_VERIFIER, useValue: verifier ?? null },
    ];
    return { module: AppContextModule, global: true, providers: values, exports: values };
  }
}
