import { z } from 'zod';
import { httpVariables, port } from './variables.js';

/** Where a process of the fleet answers. */
export interface AppAddress {
  /** `projector`. */
  readonly app: string;
  /** Without a slash at the end. */
  readonly url: string;
}

const ADDRESS = /^(command-api|projector|process-manager)=(https?:\/\/[^\s,=]+?)\/?$/;

/** For whoever asks the processes what they wait for. See `appAddresses`. */
export const appAddressVariables = {
  ...httpVariables,
  COMMAND_API_PORT: port(3000),
  PROJECTOR_PORT: port(3002),
  PROCESS_MANAGER_PORT: port(3004),
  /** A comma list such as `projector=http://10.0.0.5:3002`, an entry a copy. */
  FLEET_APP_URLS: z
    .string()
    .transform((text) => text.split(',').map((entry) => ADDRESS.exec(entry.trim())))
    .refine((entries) => !entries.includes(null), 'must be a comma list such as projector=http://host:3002')
    .transform((entries) => entries.map((entry): AppAddress => ({ app: entry![1]!, url: entry![2]! })))
    .optional(),
};

/** Those that are named, or one copy of each app, where its own settings say that it listens. */
export function appAddresses(env: z.output<z.ZodObject<typeof appAddressVariables>>): readonly AppAddress[] {
  if (env.FLEET_APP_URLS) return env.FLEET_APP_URLS;
  const host = reachable(env.HOST);
  return [
    { app: 'command-api', url: `http://${host}:${env.COMMAND_API_PORT}` },
    { app: 'projector', url: `http://${host}:${env.PROJECTOR_PORT}` },
    { app: 'process-manager', url: `http://${host}:${env.PROCESS_MANAGER_PORT}` },
  ];
}

/** An address to bind to that means "all" is no address to connect to. */
function reachable(host: string): string {
  if (host === '0.0.0.0' || host === '::') return '127.0.0.1';
  return host.includes(':') ? `[${host}]` : host;
}
