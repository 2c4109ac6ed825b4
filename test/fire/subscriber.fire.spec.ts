import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createPublisher, endOffsets, readLogTail } from '@eventfleet/kafka';
import { eventually, inheritedEnvironment } from '@eventfleet/testing';
import { startFleet, type Fleet } from '../e2e/support/fleet.js';
import { send } from '../e2e/support/http.js';
import { kafkaOf } from '../e2e/support/topic.js';
import { createUserAt } from '../e2e/support/users.js';

const FOLDER = fileURLToPath(new URL('../../examples/subscriber/', import.meta.url));

let fleet: Fleet;
let folder: string;
let ledger: string;
const started: ChildProcess[] = [];

beforeAll(async () => {
  fleet = await startFleet('subscriber', { commandApis: 1, env: { USER_EVENTS_PARTITIONS: '3' } });
  folder = await mkdtemp(join(tmpdir(), 'eventfleet-subscriber-'));
  ledger = join(folder, 'ledger.jsonl');
});
afterAll(async () => {
  for (const process of started) process.kill('SIGKILL');
  await fleet.stop();
  await rm(folder, { recursive: true });
});

function startSubscriber(more: NodeJS.ProcessEnv = {}): {
  process: ChildProcess;
  ended: Promise<number | string>;
} {
  const env = { ...inheritedEnvironment(), ...fleet.env, LEDGER: ledger, ...more };
  const child = spawn(process.execPath, ['dist/subscriber.js'], { cwd: FOLDER, env, stdio: 'ignore' });
  started.push(child);
  const ended = new Promise<number | string>((resolve) =>
    child.once('exit', (code, signal) => resolve(signal ?? code ?? -1)),
  );
  return { process: child, ended };
}

/** Those that are complete. */
function lines(): string[] {
  return existsSync(ledger) ? readFileSync(ledger, 'utf8').split('\n').slice(0, -1) : [];
}

const line = (userId: string, version: number, done: string) => JSON.stringify({ userId, version, done });

/** As the relay may do after a crash: everything once more, in order. */
async function publishAgain(): Promise<void> {
  const kafka = kafkaOf(fleet.env);
  const topic = `${fleet.topicPrefix}user-events`;
  const starts = new Map(
    [...(await endOffsets(kafka, topic))].map(([partition, { start }]) => [partition, start]),
  );
  const publisher = createPublisher(kafka);
  for (const [partition, records] of await readLogTail(kafka, topic, starts)) {
    await publisher.publish(
      topic,
      records.map(({ key, value, headers }) => ({ partition, key, value, headers: textsOf(headers) })),
    );
  }
  await publisher.disconnect();
}

function textsOf(headers: object = {}): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]));
}

it('the example of a subscriber does each thing once, through repeats, a kill and a clean stop', async () => {
  const users = `${fleet.commandApis[0]!.url}/users`;
  const [ada, bea] = [await createUserAt(users), await createUserAt(users)];
  await send('PUT', `${users}/${ada}`, { name: 'Ada L.' });
  await send('DELETE', `${users}/${ada}`);
  const first = startSubscriber();
  await eventually(() => lines().length === 3, { deadlineMs: 30_000 });

  first.process.kill('SIGKILL');
  await first.ended;
  appendFileSync(ledger, '{"userId":"cut o');
  await publishAgain();
  const cay = await createUserAt(users);
  const second = startSubscriber();
  await eventually(() => lines().length === 4, { deadlineMs: 40_000 });
  second.process.kill('SIGTERM');
  expect(await second.ended).toBe(0);

  const third = startSubscriber();
  await send('DELETE', `${users}/${bea}`);
  await eventually(() => lines().length === 5, { deadlineMs: 30_000 });
  third.process.kill('SIGTERM');
  expect(await third.ended).toBe(0);
  expect(lines().toSorted()).toEqual(
    [
      line(ada, 1, 'open an account'),
      line(ada, 3, 'close the account'),
      line(bea, 1, 'open an account'),
      line(bea, 2, 'close the account'),
      line(cay, 1, 'open an account'),
    ].toSorted(),
  );
});

it('… and takes a user without a key for erased only if the fleet says so', async () => {
  const encrypted = await startFleet('subscriber-keys', {
    env: { PERSONAL_DATA_KEY: Buffer.alloc(32, 7).toString('base64') },
  });
  const id = await createUserAt(`${encrypted.commandApis[0]!.url}/users`);
  // An address of neither: it answers 404 to everything, and later tells of an erasure.
  let isErased = false;
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(request.url!);
    const isPast = request.url === `/users/${id}?version=1`;
    response.writeHead(isErased && isPast ? 200 : 404, { 'content-type': 'application/json' });
    response.end(JSON.stringify(isErased && isPast ? { id, erased: true } : { code: 'not-found' }));
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const keyLedger = join(folder, 'keys.jsonl');
  const env = { ...encrypted.env, COMMAND_API_URL: url, QUERY_API_URL: url, LEDGER: keyLedger };

  const subscriber = startSubscriber(env);
  await eventually(() => asked.filter((path) => path.startsWith('/personal-data-keys/')).length > 2, {
    describe: 'another attempt',
  });
  expect(existsSync(keyLedger) && readFileSync(keyLedger, 'utf8')).toBeFalsy();
  isErased = true;
  await eventually(() => readFileSync(keyLedger, 'utf8') === `${line(id, 1, 'open an account')}\n`);

  subscriber.process.kill('SIGTERM');
  expect(await subscriber.ended).toBe(0);
  server.closeAllConnections();
  server.close();
  await encrypted.stop();
});

it('… in fewer than 90 lines, with nothing but kafkajs and the contracts', async () => {
  const source = await readFile(join(FOLDER, 'src/subscriber.ts'), 'utf8');
  const imported = [...source.matchAll(/from '([^']+)'/g)].map((match) => match[1]);

  expect(source.split('\n').length).toBeLessThan(90);
  expect(imported).toEqual(['node:fs', '@eventfleet/contracts', 'kafkajs']);
});
