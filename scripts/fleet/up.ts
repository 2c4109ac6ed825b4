/** The whole fleet: servers, migrations, apps; until a signal stops them in the opposite order. */
import { findRabbitmq } from '@eventfleet/embedded';
import { appServices } from './app-services.ts';
import { disabledFeatures } from './disabled-features.ts';
import { stopLeftovers } from './leftovers.ts';
import { migrate } from './migrate.ts';
import type { Service } from './service.ts';
import { fleetVariables } from './fleet-variables.ts';
import { claimRunFolder } from './run-folder.ts';
import { issuerServices, roleTokens } from './issuer-service.ts';
import { serverServices } from './server-services.ts';
import { stopRequest } from './stop-request.ts';
import { summary } from './summary.ts';
import { Supervisor } from './supervisor.ts';
import { keepPrivate } from './keep-private.ts';
import { readSettings, type FleetSettings } from './up.config.ts';

const say = (line: string) => console.log(line);
/** A terminal that is gone must not keep the fleet from stopping in order. */
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);

const supervisor = new Supervisor(say);
const stopRequested = stopRequest(say);
try {
  const settings = readSettings(process.env, process.argv.slice(2));
  await Promise.race([bringUp(settings), stopRequested]);
  await stopRequested;
  say('stopping');
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
await supervisor.stop();
if (!process.exitCode) say('stopped');
process.exit();

async function bringUp(settings: FleetSettings): Promise<void> {
  await keepPrivate(settings.dataDir);
  await claimRunFolder(settings.runDir, say);
  await stopLeftovers(settings, say);
  const rabbitmq = await findRabbitmq(settings.env.RABBITMQ_URL);
  const disabled = disabledFeatures(settings, rabbitmq);
  const variables = await fleetVariables(settings, rabbitmq, disabled);
  const apps = appServices(settings, disabled, variables);
  await Promise.all(apps.map((app) => app.requireFreePort()));
  const servers = [...serverServices(settings, rabbitmq, say), ...issuerServices(settings)];
  await Promise.all(servers.map(startService));
  await timed('migrations', () => migrate(settings, variables.all, supervisor.signal));
  await Promise.all(apps.map(startService));
  say(summary(settings, rabbitmq, disabled, apps, await roleTokens(settings)));
}

function startService(service: Service): Promise<void> {
  return timed(service.name, () => supervisor.start(service));
}

async function timed(name: string, work: () => Promise<void>): Promise<void> {
  const started = Date.now();
  await work();
  say(`${name} ready (${((Date.now() - started) / 1000).toFixed(1)} s)`);
}
