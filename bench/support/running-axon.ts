import { freePort } from '@eventfleet/embedded';
import type { Bench } from './bench.ts';
import { buildPeer, type PeerBuild } from './build-peer.ts';
import { openClient } from './client.ts';
import type { Rival } from './command-cost.ts';
import { createDatabase } from './databases.ts';
import { answers, startPeerProcess } from './peer-process.ts';
import { untilRowsAreThere } from './row-count.ts';

const BUILD: PeerBuild = {
  name: 'axon',
  tools: [
    ['java', '-version'],
    ['mvn', '--version'],
  ],
  command: (folder) => ['mvn', '--batch-mode', '--quiet', 'package', `-Dtarget=${folder}`],
  file: 'axon.jar',
};

const ROWS = {
  stored: 'select count(*) from domain_event_entry',
  projected: 'select count(*) from users',
};

/** Starts Axon's peer on a database of its own; the scope stops it. Without Java or Maven it says why there is none. */
export async function startAxon(
  bench: Bench,
  name: string,
  scope: AsyncDisposableStack,
): Promise<Rival | undefined> {
  const built = await buildPeer(bench, BUILD);
  if ('missing' in built) {
    bench.say(`Axon: skipped, ${built.missing}`);
    return undefined;
  }
  const databaseUrl = await createDatabase(bench.servers, name);
  const { host, pathname, username, password } = new URL(databaseUrl);
  const port = String(await freePort());
  const url = `http://127.0.0.1:${port}`;
  const app = await startPeerProcess({
    name: 'axon',
    command: 'java',
    args: ['-jar', built.file],
    env: {
      SERVER_PORT: port,
      SPRING_DATASOURCE_URL: `jdbc:postgresql://${host}${pathname}`,
      SPRING_DATASOURCE_USERNAME: username,
      SPRING_DATASOURCE_PASSWORD: password,
    },
    ready: () => answers(url),
  });
  scope.defer(async () => void (await app.stop()));
  const client = await openClient(databaseUrl);
  scope.defer(() => client.end());
  return { url, processes: { axon: app.pid }, untilCaughtUp: () => untilRowsAreThere(client, ROWS) };
}
