import { createHash } from 'node:crypto';
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

/**
 * The idempotency key of a request: keys belong to whoever is authenticated, so nobody gets the answer of another. Without
 * authentication it is the client's key as it is. No key of a client has a line break.
 */
export function requestKey(key: string, subject?: string): string {
  return subject === undefined ? key : `${key}\n${createHash('sha256').update(subject).digest('base64url')}`;
}

/**
 * The idempotency key of a command over Kafka: one for each pair of source and id. At most 299 characters, however long
 * the source is. No command id has a line break, so no key is the id of another command.
 */
export function commandKey(commandId: string, source = ''): string {
  return `${commandId}\n${createHash('sha256').update(source).digest('base64url')}`;
}

export function idempotencyScopes(aggregates: readonly CommandAggregate[]): readonly IdempotencyScope[] {
  const catalogs = aggregates.flatMap(({ aggregate }) => aggregate.commands ?? []);
  return [HTTP_SCOPE, ...catalogs.map(commandScope)];
}
