/** What runs in a chaos test, and what is connected to what: every name that a fault can have as its target. */

export type AppName = 'command-api' | 'projector' | 'query-api' | 'notifier' | 'process-manager';
export type ServerName = 'postgres' | 'kafka' | 'rabbitmq';

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
  readonly copies: readonly CopyPlan[];
  readonly links: readonly LinkPlan[];
}

const SERVERS: readonly ServerName[] = ['postgres', 'kafka', 'rabbitmq'];
const COPIES = 2;

const APPS: readonly Omit<CopyPlan, 'name'>[] = [
  { app: 'command-api', servers: ['postgres', 'kafka', 'rabbitmq'], isEdge: true },
  { app: 'projector', servers: ['postgres', 'kafka'], isEdge: false },
  { app: 'query-api', servers: ['postgres'], isEdge: true },
  { app: 'process-manager', servers: ['postgres', 'kafka'], isEdge: false },
  { app: 'notifier', servers: ['postgres', 'kafka', 'rabbitmq'], isEdge: false },
];

/** The whole fleet, or, on a machine without RabbitMQ, what there is of it then. */
export function topologyOf(hasRabbitmq: boolean): Topology {
  const isThere = (server: ServerName) => hasRabbitmq || server !== 'rabbitmq';
  const copies = APPS.filter(({ app }) => hasRabbitmq || app !== 'notifier').flatMap((plan) =>
    Array.from({ length: COPIES }, (_, index) => ({
      ...plan,
      servers: plan.servers.filter(isThere),
      name: `${plan.app}-${index + 1}`,
    })),
  );
  const links = copies.flatMap(({ name: copy, servers, isEdge }): LinkPlan[] => [
    ...servers.map((server) => ({ name: `${copy}>${server}`, copy, server })),
    ...(isEdge ? [{ name: `clients>${copy}`, copy }] : []),
  ]);
  return { servers: SERVERS.filter(isThere), copies, links };
}

export function isServer(target: string): boolean {
  return SERVERS.some((name) => name === target);
}
