/** What runs in a chaos test, and what is connected to what: every name that a fault can have as its target. */

export type AppName = 'command-api' | 'projector' | 'query-api';
export type ServerName = 'postgres' | 'kafka';

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

export const SERVERS: readonly ServerName[] = ['postgres', 'kafka'];

const APPS: readonly (Omit<CopyPlan, 'name'> & { readonly copies: number })[] = [
  { app: 'command-api', servers: ['postgres', 'kafka'], isEdge: true, copies: 2 },
  { app: 'projector', servers: ['postgres', 'kafka'], isEdge: false, copies: 2 },
  { app: 'query-api', servers: ['postgres'], isEdge: true, copies: 2 },
];

export const COPIES: readonly CopyPlan[] = APPS.flatMap(({ copies, ...plan }) =>
  Array.from({ length: copies }, (_, index) => ({ ...plan, name: `${plan.app}-${index + 1}` })),
);

export const LINKS: readonly LinkPlan[] = COPIES.flatMap(({ name: copy, servers, isEdge }): LinkPlan[] => [
  ...servers.map((server) => ({ name: `${copy}>${server}`, copy, server })),
  ...(isEdge ? [{ name: `clients>${copy}`, copy }] : []),
]);
