import type { ServerProcess } from '@eventfleet/embedded';
import { CrashingServer } from './crashing-server.ts';
import { Turns } from './turns.ts';

/** A server whose starts come up only when it is said. */
function slowServer(name: string, happened: string[], kills?: Turns) {
  const starts: (() => void)[] = [];
  const start = () =>
    new Promise<ServerProcess>((resolve) => {
      starts.push(() => {
        happened.push(`${name} is up`);
        resolve({
          name,
          pid: 0,
          logFile: '',
          exited: Promise.resolve('SIGKILL'),
          ending: () => undefined,
          kill: () => void happened.push(`${name} is killed`),
          stop: async () => 'SIGKILL',
        });
      });
    });
  return { server: new CrashingServer(start, undefined, kills), starts };
}

const turnOfTheLoop = () => new Promise((resolve) => setTimeout(resolve, 5));

it('of servers that share their kills, the second is killed when the first is up again', async () => {
  const happened: string[] = [];
  const kills = new Turns();
  const [first, second] = [slowServer('first', happened, kills), slowServer('second', happened, kills)];
  // They come up together: of a cluster neither would without the other.
  const up = [first.server.start(), second.server.start()];
  await turnOfTheLoop();
  for (const { starts } of [first, second]) starts.shift()!();
  await Promise.all(up);

  const killed = [first.server.kill(0), second.server.kill(0)];
  await turnOfTheLoop();
  expect(happened).toEqual(['first is up', 'second is up', 'first is killed']);
  first.starts.shift()!();
  await killed[0];
  await turnOfTheLoop();
  second.starts.shift()!();
  await killed[1];
  expect(happened.slice(2)).toEqual(['first is killed', 'first is up', 'second is killed', 'second is up']);
});
