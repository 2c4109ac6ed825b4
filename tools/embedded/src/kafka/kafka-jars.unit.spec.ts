import { createHash } from 'node:crypto';
import { appendFile, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { checkJars } from './check-jars.js';
import { cachedKafkaJars } from './kafka-jars.js';

const FOLDER = 'kafka-4.3.1';
const checksums = fileURLToPath(new URL('../../kafka/jars.sha256', import.meta.url));

describe("Kafka's jars", () => {
  let cache: string;
  beforeEach(async () => {
    cache = await mkdtemp(join(tmpdir(), 'jars-'));
  });
  afterEach(() => rm(cache, { recursive: true }));

  it('each have a checksum', async () => {
    const lines = (await readFile(checksums, 'utf8')).trimEnd().split('\n');
    expect(lines.length).toBeGreaterThan(40);
    for (const line of lines) expect(line).toMatch(/^[0-9a-f]{64} {2}[\w.-]+\.jar$/);
    expect(lines.some((line) => line.endsWith('  kafka_2.13-4.3.1.jar'))).toBe(true);
  });

  it('are fetched if there are none', () => expect(cachedKafkaJars(cache)).resolves.toBeUndefined());

  it('start nothing if they are others', async () => {
    const folder = join(cache, FOLDER);
    await mkdir(folder);
    await writeFile(join(folder, 'evil.jar'), '');
    await expect(cachedKafkaJars(cache)).rejects.toThrow(
      `its jars are not those that were checked: evil.jar does not belong there; remove ${folder}, and they are fetched again`,
    );
  });

  it('are wrong once one is changed, missing, or not of theirs', async () => {
    const jars = join(cache, 'jars');
    const list = join(cache, 'sums');
    await mkdir(jars);
    for (const name of ['a.jar', 'b.jar']) {
      await writeFile(join(jars, name), name);
      await appendFile(list, `${createHash('sha256').update(name).digest('hex')}  ${name}\n`);
    }
    expect(await checkJars(jars, list)).toBeUndefined();
    await writeFile(join(jars, 'evil.jar'), '');
    expect(await checkJars(jars, list)).toBe('evil.jar does not belong there');
    await rm(join(jars, 'evil.jar'));
    await appendFile(join(jars, 'b.jar'), ' ');
    expect(await checkJars(jars, list)).toBe('b.jar has another checksum');
    await rm(join(jars, 'b.jar'));
    expect(await checkJars(jars, list)).toBe('b.jar is missing');
  });
});
