import { writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { eventually } from '@eventfleet/testing';
import { running } from '../e2e/support/fleet-start.js';
import { ALL_PROCESSES, NpmStartStage } from '../e2e/support/npm-start-stage.js';

/** All parts one after the other, on a busy machine. */
const STOP_MS = 40_000;
/** For what comes after another start of an app. */
const DEADLINE = { deadlineMs: 60_000 };

describe('npm start that is killed, or loses a part', () => {
  let stage: NpmStartStage;
  beforeAll(async () => {
    stage = await NpmStartStage.open();
  });
  afterEach(() => stage.stopStart());
  afterAll(() => stage.close());

  it('recognises what a killed start left running, stops it, and goes on', async () => {
    const { start: killed, pids: left } = await stage.up();
    await stage.createUser();
    killed.signalGroup('SIGKILL');
    await expect(killed.exited()).resolves.toBe('SIGKILL');
    expect(running(left).toSorted()).toEqual(ALL_PROCESSES.filter((name) => name !== 'fleet'));
    // Of a copy that this start does not have, and whose process ended long ago.
    writeFileSync(join(stage.place.dataDir, 'run', 'projector-2.pid'), String(left.get('fleet')));

    const { start, pids } = await stage.up();

    expect(start.output).toContain(
      `stopping command-api, left running by an earlier start (pid ${left.get('command-api')})`,
    );
    expect(running(left)).toEqual([]);
    await stage.expectEveryUser();
    start.signal('SIGTERM');
    await expect(start.exited()).resolves.toBe(0);
    expect(running(pids)).toEqual([]);
  });

  it('stops by itself when only npm is killed, and starts a part again that is killed', async () => {
    const { start, pids } = await stage.up();
    const projector = pids.get('projector')!;
    process.kill(projector, 'SIGKILL');
    await eventually(() => start.output.includes('projector ended by itself (SIGKILL)'));
    await stage.createUser();
    await eventually(() => (start.pids().get('projector') ?? projector) !== projector, DEADLINE);
    await stage.expectEveryUser();

    start.signal('SIGKILL');

    await start.exited();
    await eventually(() => running(pids).length === 0, { ...DEADLINE, describe: 'the stop' });
  });

  it('goes on trying with growing pauses, says why, and stops at once in such a pause', async () => {
    const { start, pids } = await stage.up();
    const queryApi = pids.get('query-api')!;
    const holder = createServer((socket) => socket.destroy());
    const held = eventually(
      () =>
        new Promise<true>((resolve, reject) => {
          holder.once('error', reject);
          holder.listen(Number(stage.place.env['QUERY_API_PORT']), '127.0.0.1', () => resolve(true));
        }),
    );
    process.kill(queryApi, 'SIGKILL');
    await held;
    await eventually(
      () => start.output.includes('query-api ended by itself (exit code 1); starting it again in 2 s'),
      DEADLINE,
    );
    await eventually(
      () => /query-api ended by itself \(exit code 1\).*in 4 s.*\n.*EADDRINUSE/s.test(start.output),
      DEADLINE,
    );
    await new Promise((resolve) => holder.close(resolve));
    await eventually(() => start.output.includes('query-api is ready again'), DEADLINE);

    process.kill(start.pids().get('query-api')!, 'SIGKILL');
    await eventually(() => /\(SIGKILL\); starting it again in 8 s/.test(start.output));
    const asked = performance.now();
    start.signalGroup('SIGINT');
    await expect(start.exited()).resolves.toBe(0);
    expect(performance.now() - asked).toBeLessThan(STOP_MS);
    expect(start.output).not.toContain('starting it again in 16 s');
    expect(running(pids)).toEqual([]);
  });
});
