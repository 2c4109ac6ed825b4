import { mkdir, mkdtemp, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runCommand } from '../process/run-command.js';
import { ServerStartError } from '../process/server-process.js';
import { checkJars } from './check-jars.js';

const POM = fileURLToPath(new URL('../../kafka/pom.xml', import.meta.url));
const FOLDER = 'kafka-4.3.1';

export interface KafkaJarsOptions {
  readonly cacheDir: string;
  readonly progress?: (line: string) => void;
  readonly signal?: AbortSignal;
}

/**
 * The folder with Kafka's jars, if they were fetched before.
 * @throws ServerStartError if they are not the ones whose checksums are known
 */
export async function cachedKafkaJars(cacheDir: string): Promise<string | undefined> {
  const jars = join(cacheDir, FOLDER);
  if (!(await isFolder(jars))) return undefined;
  const problem = await checkJars(jars);
  if (problem === undefined) return jars;
  throw new ServerStartError(
    'kafka',
    `its jars are not those that were checked: ${problem}; remove ${jars}, and they are fetched again`,
  );
}

/** Why the jars cannot be fetched on this machine; undefined when they can. */
export async function mavenMissing(): Promise<string | undefined> {
  const { ok } = await runCommand('mvn', ['--version']);
  return ok ? undefined : 'no Maven';
}

/**
 * Fetches Kafka's jars by Maven and returns their folder. Several processes may do so at once: each fetches into a
 * folder of its own, and the first one wins.
 * @throws ServerStartError with Maven's last lines, or if it fetched something else; nothing is kept then
 */
export async function fetchKafkaJars({ cacheDir, progress, signal }: KafkaJarsOptions): Promise<string> {
  const jars = join(cacheDir, FOLDER);
  progress?.('fetching Apache Kafka 4.3.1 by Maven (45 MB, once)');
  await mkdir(cacheDir, { recursive: true });
  const draft = await mkdtemp(`${jars}-`);
  try {
    const goal = ['dependency:copy-dependencies', `-DoutputDirectory=${draft}`];
    const { ok, output } = await runCommand('mvn', ['--batch-mode', '--quiet', '--file', POM, ...goal], {
      signal,
    });
    if (!ok) throw new ServerStartError('kafka', 'Maven could not fetch it', output.split('\n').slice(-15));
    const problem = await checkJars(draft);
    if (problem !== undefined) {
      throw new ServerStartError(
        'kafka',
        `Maven fetched other jars than were checked: ${problem}; look at the repository that Maven uses`,
      );
    }
    await rename(draft, jars).catch(async (error: unknown) => {
      if (!(await isFolder(jars))) throw error;
    });
    return jars;
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
}

function isFolder(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
}
