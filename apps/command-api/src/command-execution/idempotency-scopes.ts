import type { CommandCatalog } from '@eventfleet/contracts';
import type { CommandAggregate } from '../command-aggregate.js';

/** Keeps the keys of each edge apart, and says for how many hours its answers are kept. */
export interface IdempotencyScope {
  readonly scope: string;
  readonly keptHours: number;
}

export const HTTP_SCOPE: IdempotencyScope = { scope: 'http', keptHours: 48 };

/** Kept for longer than the topic keeps the commands: a command that can be read again is recognised. */
export function commandScope({ topic }: Pick<CommandCatalog, 'topic'>): IdempotencyScope {
  return { scope: topic, keptHours: 14 * 24 };
}

export function idempotencyScopes(aggregates: readonly CommandAggregate[]): readonly IdempotencyScope[] {
  const catalogs = aggregates.flatMap(({ aggregate }) => aggregate.commands ?? []);
  return [HTTP_SCOPE, ...catalogs.map(commandScope)];
}
