import type { AppAddress } from '@eventfleet/causality';
import { z } from 'zod';

const ADDRESS = /^(command-api|projector|process-manager)=(https?:\/\/[^\s,=]+?)\/?$/;

/** A comma list such as `projector=http://10.0.0.5:3002`, an entry a copy. */
export const appUrls = z
  .string()
  .transform((text) => text.split(',').map((entry) => ADDRESS.exec(entry.trim())))
  .refine((entries) => !entries.includes(null), 'must be a comma list such as projector=http://host:3002')
  .transform((entries) => entries.map((entry): AppAddress => ({ app: entry![1]!, url: entry![2]! })))
  .optional();

interface AppPorts {
  readonly HOST: string;
  readonly COMMAND_API_PORT: number;
  readonly PROJECTOR_PORT: number;
  readonly PROCESS_MANAGER_PORT: number;
}

/** One copy of each app, where its own settings say that it listens. */
export function appAddresses(env: AppPorts): AppAddress[] {
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
