import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { freePort } from '../process/ports.js';
import { javaMissing } from './java-runtime.js';
import { mavenMissing } from './kafka-jars.js';
import { kafkaAnswers } from './kafka-probe.js';
import { startKafka, type KafkaServer } from './start-kafka.js';

const cacheDir = fileURLToPath(new URL('../../../../.eventfleet/cache', import.meta.url));
const missing = (await javaMissing()) ?? (await mavenMissing());

(missing ? describe.skip : describe)(`the embedded Kafka${missing ? ` (${missing})` : ''}`, () => {
  it('comes back after a kill as the same cluster, and stops in order', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'kafka-'));
    const port = await freePort();
    let server: KafkaServer | undefined;
    const start = async () => {
      server = await startKafka({
        dataDir: join(folder, 'data'),
        port,
        cacheDir,
        logFile: join(folder, 'log'),
      });
      return server;
    };
    const clusterId = async () =>
      /cluster\.id=(.+)/.exec(await readFile(join(folder, 'data', 'log', 'meta.properties'), 'utf8'))?.[1];
    try {
      const first = await start();
      await expect(kafkaAnswers(port)).resolves.toBe(true);
      const before = await clusterId();
      expect(before).toMatch(/^[\w-]{22}$/);
      first.kill('SIGKILL');
      await first.exited;

      const second = await start();

      await expect(kafkaAnswers(port)).resolves.toBe(true);
      await expect(clusterId()).resolves.toBe(before);
      await expect(second.stop()).resolves.toBe('exit code 143');
    } finally {
      await server?.stop();
      await rm(folder, { recursive: true });
    }
  });
});
