import { cpSync, existsSync } from 'node:fs';
import { appendFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { cachedKafkaJars } from './kafka-jars.js';

const FOLDER = 'kafka-4.3.1';
const cache = fileURLToPath(new URL('../../../../.eventfleet/cache', import.meta.url));
const checksums = fileURLToPath(new URL('../../kafka/jars.sha256', import.meta.url));
const isThere = existsSync(join(cache, FOLDER));

describe("Kafka's jars", () => {
  let copy: string;
  beforeEach(async () => {
    copy = await mkdtemp(join(tmpdir(), 'jars-'));
    if (isThere) cpSync(join(cache, FOLDER), join(copy, FOLDER), { recursive: true });
  });
  afterEach(() => rm(copy, { recursive: true }));

  const isRefused = (text: string) =>
    expect(cachedKafkaJars(copy)).rejects.toThrow(
      `its jars are not those that were checked: ${text}; remove ${join(copy, FOLDER)}, and they are fetched again`,
    );

  it('each have a checksum', async () => {
    const lines = (await readFile(checksums, 'utf8')).trimEnd().split('\n');
    expect(lines.length).toBeGreaterThan(40);
    for (const line of lines) expect(line).toMatch(/^[0-9a-f]{64} {2}[\w.-]+\.jar$/);
    expect(lines.some((line) => line.endsWith('  kafka_2.13-4.3.1.jar'))).toBe(true);
  });

  it('are fetched if there are none', () =>
    expect(cachedKafkaJars(join(copy, 'none'))).resolves.toBeUndefined());

  (isThere ? it : it.skip)(
    `start nothing once one is changed, missing, or not of theirs${isThere ? '' : ' (none were fetched)'}`,
    async () => {
      const jar = (name: string) => join(copy, FOLDER, name);
      await expect(cachedKafkaJars(copy)).resolves.toBe(join(copy, FOLDER));
      await writeFile(jar('evil.jar'), '');
      await isRefused('evil.jar does not belong there');
      await rm(jar('evil.jar'));
      await appendFile(jar('slf4j-api-1.7.36.jar'), ' ');
      await isRefused('slf4j-api-1.7.36.jar has another checksum');
      await rm(jar('slf4j-api-1.7.36.jar'));
      await isRefused('slf4j-api-1.7.36.jar is missing');
    },
  );
});
