import type { ProblemTable } from '@eventfleet/http';
import type { DynamicModule, Type } from '@nestjs/common';
import type { QueryApiConfig } from './query-api.config.js';

/** An aggregate whose read models this app queries. List it in `aggregates.ts`. */
export interface QueryAggregate {
  /** Error codes of its queries. */
  readonly problems: ProblemTable;
  /** The controllers of every route that it has. */
  readonly routes: readonly Type[];
  /** The module with its queries. */
  readonly module: (config: QueryApiConfig) => DynamicModule;
}
