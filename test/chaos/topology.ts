/** What runs in a chaos test, and what is connected to what: every name that a fault can have as its target. */

import type { BrokerCount } from './arguments.ts';

export type AppName = 'command-api' | 'projector' | 'query-api' | 'notifier' | 'process-manager';
export type BrokerName = 'kafka' | `kafka-${number}`;
export type ServerName = 'postgres' | BrokerName | 'rabbitmq';

export interface CopyPlan {
  readonly name: string;
  readonly app: AppName;
  /** The servers that it connects to. */
  readonly servers: readonly ServerName[];
  /** Whether the clients of the load connect to it. */
  readonly isEdge: boolean;
}

export interface LinkPlan {
  readonly name: string;
  readonly copy: string;
  /** The server behind it; without one the copy is behind it, and clients are before it. */
  readonly server?: ServerName;
}

export interface Topology {
  readonly servers: readonly ServerName[];
  /** Those of the servers that are Kafka's. */
  readonly brokers: readonly BrokerName[];
  readonly copies: readonly CopyPlan[];
  readonly links: readonly LinkPlan[];
}

const COPIES = 2;

const APPS: readonly Omit<CopyPlan, 'name'>[] = [
  { app: 'command-api', servers: ['postgres', 'kafka', 'rabbitmq'], isEdge: true },
  { app: 'projector', servers: ['postgres', 'kafka'], isEdge: false },
  { app: 'query-api', servers: ['postgres'], isEdge: true },
  { app: 'process-manager', servers: ['postgres', 'kafka'], isEdge: false },
  { app: 'notifier', servers: ['postgres', 'kafka', 'rabbitmq'], isEdge: false },
];

/** The whole fleet, or, on a machine without RabbitMQ, what there is of it then. */
export function topologyOf(hasRabbitmq: boolean, brokerCount: BrokerCount = 1): Topology {
  const brokers = brokerNames(brokerCount);
  const serversBehind = (name: ServerName): readonly ServerName[] => {
    if (name === 'kafka') return brokers;
    return name === 'rabbitmq' && !hasRabbitmq ? [] : [name];
  };
  const copies = APPS.filter(({ app }) => hasRabbitmq || app !== 'notifier').flatMap((plan) =>
    Array.from({ length: COPIES }, (_, index) => ({
      ...plan,
      servers: plan.servers.flatMap(serversBehind),
      name: `${plan.app}-${index + 1}`,
    })),
  );
  const links = copies.flatMap(({ name: copy, servers, isEdge }): LinkPlan[] => [
    ...servers.map((server) => ({ name: `${copy}>${server}`, copy, server })),
    ...(isEdge ? [{ name: `clients>${copy}`, copy }] : []),
  ]);
  const servers = (['postgres', 'kafka', 'rabbitmq'] as const).flatMap(serversBehind);
  return { servers, brokers, copies, links };
}

function brokerNames(count: BrokerCount): readonly BrokerName[] {
  if (count === 1) return ['kafka'];
  return Array.from({ length: count }, (_, index): BrokerName => `kafka-${index + 1}`);
}

export function isServer(target: string): boolean {
  return /^(?:postgres|rabbitmq)$/.test(target) || isBroker(target);
}

export function isBroker(target: string): target is BrokerName {
  return /^kafka(?:-\d)?$/.test(target);
}
