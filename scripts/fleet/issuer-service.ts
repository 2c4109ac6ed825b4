import { join } from 'node:path';
import { ClientTokens } from '@eventfleet/auth';
import { spawnServer, untilReady } from '@eventfleet/embedded';
import { ROOT } from '../bootstrap/root.mjs';
import { AUDIENCE, CLIENTS } from '../issuer/clients.ts';
import { issuerFiles } from '../issuer/issuer-files.ts';
import { PORTS_BETWEEN_COPIES } from './app-services.ts';
import { prepareLog } from './log-file.ts';
import type { Service } from './service.ts';
import type { FleetSettings } from './up.config.ts';

const READY_MS = 30_000;

/** The local issuer, if `--auth` asks for one. */
export function issuerServices(settings: FleetSettings): Service[] {
  const { issuerUrl: url, dataDir, logDir, runDir } = settings;
  if (url === undefined) return [];
  const script = join(ROOT, 'scripts', 'issuer', 'issuer.ts');
  return [
    {
      name: 'issuer',
      stage: 'server',
      spawn: async () =>
        spawnServer({
          name: 'issuer',
          command: process.execPath,
          args: [script, new URL(url).port, dataDir, ...redirectUris(settings)],
          logFile: await prepareLog(logDir, 'issuer'),
          pidFile: join(runDir, 'issuer.pid'),
        }),
      untilReady: (server, signal) => untilReady(server, () => answers(url), READY_MS, signal),
    },
  ];
}

/** Where a login at a copy of the console comes back to. */
function redirectUris({ env, copies }: FleetSettings): string[] {
  const ports = Array.from(
    { length: copies.console },
    (_, copy) => env.CONSOLE_PORT + copy * PORTS_BETWEEN_COPIES,
  );
  const origins = ['127.0.0.1', 'localhost'].flatMap((host) => ports.map((port) => `http://${host}:${port}`));
  if (env.CONSOLE_URL !== undefined) origins.push(env.CONSOLE_URL);
  return origins.map((origin) => `${origin}/login/callback`);
}

async function answers(url: string): Promise<true | string> {
  try {
    const { ok, status } = await fetch(`${url}/.well-known/openid-configuration`, {
      signal: AbortSignal.timeout(5_000),
    });
    return ok || String(status);
  } catch {
    return 'it does not answer';
  }
}

export interface RoleToken {
  readonly role: string;
  readonly scope: string;
  readonly token: string;
}

/** A token for each role of the local issuer. */
export async function roleTokens({ issuerUrl, dataDir }: FleetSettings): Promise<readonly RoleToken[]> {
  if (issuerUrl === undefined) return [];
  const { secrets } = await issuerFiles(dataDir);
  const roles = CLIENTS.filter(({ isRole }) => isRole);
  return Promise.all(
    roles.map(async ({ id, scope }) => {
      const settings = {
        issuer: issuerUrl,
        audience: AUDIENCE,
        clientId: id,
        clientSecret: secrets.get(id) ?? '',
      };
      return { role: id, scope, token: await new ClientTokens(settings, scope.split(' ')).token() };
    }),
  );
}
