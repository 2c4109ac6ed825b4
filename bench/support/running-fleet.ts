import type { AppProcess } from '@eventfleet/testing';
import type { AppName, Fleet } from './fleet.ts';

/** All of a fleet's apps, running. */
export interface RunningFleet {
  readonly commandUrl: string;
  readonly queryUrl: string;
  /** Process ids by name. */
  readonly processes: Readonly<Record<string, number>>;
  /** Waits until everything that was stored is in the read models. */
  readonly untilCaughtUp: () => Promise<void>;
}

const APPS: readonly AppName[] = ['command-api', 'projector', 'query-api'];

/** Starts every app of a fleet; the scope stops them. @param env added to that of each app */
export async function startFleet(
  fleet: Fleet,
  scope: AsyncDisposableStack,
  env: Readonly<Record<string, string>> = {},
): Promise<RunningFleet> {
  const [commandApi, projector, queryApi] = (await Promise.all(
    APPS.map(async (name) => {
      const app = await fleet.start(name, env);
      scope.defer(async () => void (await app.stop()));
      return app;
    }),
  )) as [AppProcess, AppProcess, AppProcess];
  return {
    commandUrl: commandApi.url,
    queryUrl: queryApi.url,
    processes: { 'command-api': commandApi.pid, projector: projector.pid, 'query-api': queryApi.pid },
    async untilCaughtUp() {
      await fleet.untilPublished();
      await fleet.untilProjected();
    },
  };
}
