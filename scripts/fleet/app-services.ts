import { join } from 'node:path';
import { requireFreePort, spawnServer, untilReady } from '@eventfleet/embedded';
import { APP_ENVIRONMENT } from '../bootstrap/app-environment.mjs';
import { ROOT } from '../bootstrap/root.mjs';
import type { DisabledFeatures } from './disabled-features.ts';
import { prepareLog } from './log-file.ts';
import type { Service } from './service.ts';
import type { FleetVariables } from './fleet-variables.ts';
import { APPS, type App, type FleetSettings } from './up.config.ts';

export interface AppService extends Service {
  readonly url: string;
  /** @throws ServerStartError naming the variable to change */
  requireFreePort(): Promise<void>;
}

const READY_MS = 60_000;
export const PORTS_BETWEEN_COPIES = 10;

/** Every copy of every app that is not off, with its variables beyond this process's environment. */
export function appServices(
  settings: FleetSettings,
  disabled: DisabledFeatures,
  variables: FleetVariables,
): AppService[] {
  return APPS.filter(({ partOf }) => partOf === undefined || disabled[partOf] === undefined).flatMap(
    (app) => {
      const env = {
        ...variables.all,
        ...(app.needsSecret ? variables.secret : {}),
        ...(app.client ? variables.client(app.client) : {}),
      };
      return Array.from({ length: settings.copies[app.name] }, (_, copy) =>
        appService(copy, app, settings, env),
      );
    },
  );
}

function appService(
  copy: number,
  app: App,
  settings: FleetSettings,
  env: Readonly<Record<string, string>>,
): AppService {
  const name = copy === 0 ? app.name : `${app.name}-${copy + 1}`;
  const port = settings.env[app.portVariable] + copy * PORTS_BETWEEN_COPIES;
  const url = `http://${reachable(settings.host)}:${port}`;
  return {
    name,
    stage: app.stage,
    url,
    requireFreePort: () => requireFreePort(name, port, app.portVariable, settings.host),
    spawn: async () =>
      spawnServer({
        name,
        command: process.execPath,
        args: [join(ROOT, 'apps', app.name, 'dist', 'main.js')],
        env: { ...APP_ENVIRONMENT, ...process.env, ...env, [app.portVariable]: String(port) },
        logFile: await prepareLog(settings.logDir, name),
        pidFile: join(settings.runDir, `${name}.pid`),
        lowPriority: app.lowPriority,
      }),
    untilReady: (server, signal) => untilReady(server, () => readiness(url), READY_MS, signal),
  };
}

async function readiness(url: string): Promise<true | string> {
  try {
    const response = await fetch(`${url}/health/ready`, { signal: AbortSignal.timeout(5_000) });
    const body = await response.text();
    return response.ok || `${response.status} ${body}`;
  } catch {
    return 'it does not answer';
  }
}

/** An address to bind to that means "all" is no address to connect to. */
function reachable(host: string): string {
  if (host === '0.0.0.0' || host === '::') return '127.0.0.1';
  return host.includes(':') ? `[${host}]` : host;
}
