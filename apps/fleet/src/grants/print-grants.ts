import type { FleetConfig } from '../fleet.config.js';
import { eventStoreGrants, readStoreGrants } from './database-grants.js';
import { kafkaAcls } from './kafka-acls.js';

/** What rights can be printed for. */
export const GRANT_TARGETS = ['event-store', 'read-store', 'kafka'] as const;
export type GrantTarget = (typeof GRANT_TARGETS)[number];

const HEADINGS: Readonly<Record<GrantTarget, readonly string[]>> = {
  'event-store': [
    "-- Event store: psql of its owner, in the event store's database, behind fleet migrate.",
    '-- Roles have no password yet: alter role … password …',
  ],
  'read-store': ["-- Read store: psql of its owner, in the read store's database, behind fleet migrate."],
  kafka: ["# Kafka: a shell of an administrator. Users are made by the cluster's own means."],
};

/** Prints what gives each app the rights that it needs, and no more. Asks no server. */
export function printGrants(config: FleetConfig, targets: readonly GrantTarget[]): void {
  for (const target of targets) {
    for (const line of [...HEADINGS[target], ...linesFor(target, config), '']) console.log(line);
  }
}

function linesFor(target: GrantTarget, { eventStoreUrl, readStoreUrl, kafka }: FleetConfig): string[] {
  switch (target) {
    case 'event-store':
      return eventStoreGrants(eventStoreUrl);
    case 'read-store':
      return readStoreGrants(readStoreUrl);
    case 'kafka':
      return kafkaAcls(kafka);
  }
}
