import { join } from 'node:path';
import { ClientTokens } from '@eventfleet/auth';
import { spawnServer, untilReady } from '@eventfleet/embedded';
import { ROOT } from '../bootstrap/root.mjs';
import { AUDIENCE, CLIENTS } from '../issuer/clients.ts';
import { issuerFiles } from '../issuer/issuer-files.ts';
import { prepareLog } from './log-file.ts';
import type { Service } from './service.ts';
import type { FleetSettings } from './up.config.ts';

const READY_MS = 30_000;

/** The local issuer, if `--auth` asks for one. */
export function issuerServices({ issuerUrl: url, dataDir, logDir, runDir }: FleetSettings): Service[] {
  if (url === undefined) return [];
  return [
    {
      name: 'issuer',
      stage: 'server',
      spawn: async () =>
        spawnServer({
          name: 'issuer',
          command: process.execPath,
          args: [join(ROOT, 'scripts', 'issuer', 'issuer.ts'), new URL(url).port, dataDir],
          logFile: await prepareLog(logDir, 'issuer'),
          pidFile: join(runDir, 'issuer.pid'),
        }),
      untilReady: (server, signal) => untilReady(server, () => answers(url), READY_MS, signal),
    },
  ];
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
