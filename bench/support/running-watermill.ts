import { join } from 'node:path';
import { freePort } from '@eventfleet/embedded';
import type { Bench } from './bench.ts';
import { buildPeer, type PeerBuild } from './build-peer.ts';
import { openClient } from './client.ts';
import type { Rival } from './command-cost.ts';
import { createDatabase } from './databases.ts';
import { answers, startPeerProcess } from './peer-process.ts';
import { untilRowsAreThere } from './row-count.ts';
import { createTopic } from './topics.ts';

const FILE = process.platform === 'win32' ? 'watermill.exe' : 'watermill';

const BUILD: PeerBuild = {
  name: 'watermill',
  tools: [['go', 'version']],
  command: (folder) => ['go', 'build', '-trimpath', '-o', join(folder, FILE), '.'],
  // The module's lock holds, and no other toolchain is fetched.
  env: { GOFLAGS: '-mod=readonly', GOTOOLCHAIN: 'local', CGO_ENABLED: '0' },
  file: FILE,
};

const ROWS = { stored: 'select count(*) from users', projected: 'select count(*) from user_rows' };

/** Starts Watermill's peer on a database and a topic of its own; the scope stops it. Without Go it says why there is none. */
export async function startWatermill(
  bench: Bench,
  name: string,
  scope: AsyncDisposableStack,
): Promise<Rival | undefined> {
  const built = await buildPeer(bench, BUILD);
  if ('missing' in built) {
    bench.say(`Watermill: skipped, ${built.missing}`);
    return undefined;
  }
  const { servers } = bench;
  const databaseUrl = await createDatabase(servers, name);
  const topic = `${name}-user-events`;
  await createTopic(servers.kafkaBrokers, topic);
  const port = String(await freePort());
  const url = `http://127.0.0.1:${port}`;
  const app = await startPeerProcess({
    name: 'watermill',
    command: built.file,
    env: { DATABASE_URL: databaseUrl, KAFKA_BROKERS: servers.kafkaBrokers, TOPIC: topic, PORT: port },
    ready: () => answers(url),
  });
  scope.defer(async () => void (await app.stop()));
  const client = await openClient(databaseUrl);
  scope.defer(() => client.end());
  return { url, processes: { watermill: app.pid }, untilCaughtUp: () => untilRowsAreThere(client, ROWS) };
}
