import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { spawnServer, untilReady, type ServerProcess } from './server-process.js';

describe('a server process', () => {
  let folder: string;
  let server: ServerProcess;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'server-process-'));
  });
  afterEach(async () => {
    await server.stop();
    await rm(folder, { recursive: true });
  });

  async function run(script: string, graceMs = 5_000): Promise<void> {
    server = await spawnServer({
      name: 'sample',
      command: process.execPath,
      args: ['-e', script],
      logFile: join(folder, 'logs', 'sample.log'),
      pidFile: join(folder, 'run', 'sample.pid'),
      graceMs,
    });
  }

  const written = (text: string) => async () =>
    readFileSync(server.logFile, 'utf8').includes(text) || 'silent';

  it('writes its log, and has a pid file as long as it runs', async () => {
    await run(`console.log('up'); setInterval(() => undefined, 1000)`);
    await untilReady(server, written('up'), 5_000);
    expect(readFileSync(join(folder, 'run', 'sample.pid'), 'utf8')).toBe(`${server.pid}\n`);

    await expect(server.stop()).resolves.toBe('SIGTERM');

    expect(existsSync(join(folder, 'run', 'sample.pid'))).toBe(false);
  });

  it('is killed when it does not stop within its grace time', async () => {
    await run(
      `process.on('SIGTERM', () => undefined); console.log('up'); setInterval(() => undefined, 1000)`,
      100,
    );
    await untilReady(server, written('up'), 5_000);

    await expect(server.stop()).resolves.toBe('SIGKILL');
  });

  it('reports how it ended and its last lines when it dies before it is ready', async () => {
    await run(`console.log('first'); console.error('no such database'); process.exit(3)`);

    await expect(untilReady(server, async () => 'silent', 5_000)).rejects.toThrow(
      'sample did not start: exit code 3\n  first\n  no such database',
    );
  });

  it('reports what it waits for when it is not ready in time', async () => {
    await run(`setInterval(() => undefined, 1000)`);

    await expect(untilReady(server, async () => 'waiting for migrations', 50)).rejects.toThrow(
      'sample did not start: not ready after 0 s: waiting for migrations',
    );
  });

  it('gives up waiting when the start is aborted', async () => {
    await run(`setInterval(() => undefined, 1000)`);
    const start = new AbortController();
    const waiting = untilReady(server, async () => 'silent', 60_000, start.signal);
    start.abort(new Error('stopped'));

    await expect(waiting).rejects.toThrow('stopped');
  });

  it('says so when the program cannot be run', async () => {
    await run('0');

    const missing = spawnServer({
      name: 'absent',
      command: join(folder, 'absent'),
      args: [],
      logFile: server.logFile,
    });
    await expect(missing).rejects.toThrow(/absent did not start: .*ENOENT/);
  });
});
