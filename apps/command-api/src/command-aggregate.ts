import type { Aggregate } from '@eventfleet/contracts';
import type { AnyDecider } from '@eventfleet/history';
import type { ProblemTable } from '@eventfleet/http';
import type { DynamicModule, Type } from '@nestjs/common';
import type { CommandApiConfig } from './command-api.config.js';

/** An aggregate whose commands this app runs. List it in `aggregates.ts`. */
export interface CommandAggregate {
  readonly aggregate: Aggregate;
  /** Also for events that are taken back from Kafka. */
  readonly decider: AnyDecider;
  /** How each refusal of its decider is answered, by code. */
  readonly refusals: ProblemTable;
  /** The controllers of every route that it may have, whatever the settings. */
  readonly routes: readonly Type[];
  /** The module with its use cases and its executor. */
  readonly module: (config: CommandApiConfig) => DynamicModule;
}
