import { execFileSync } from 'node:child_process';
import { freePort, startPostgres, type PostgresServer } from '@eventfleet/embedded';

/** A Postgres that only one suite uses, and may break. */
export interface OwnPostgres extends PostgresServer {
  readonly port: number;
  /** The address of one of its databases. */
  database(name: string): string;
  /** SIGSTOP to the server and to every backend: connections stay open, and nothing comes back. */
  freeze(): void;
  thaw(): void;
}

/** With the same `dataDir` and port it comes up as the same server again. */
export async function startOwnPostgres(dataDir: string, port?: number): Promise<OwnPostgres> {
  const ownPort = port ?? (await freePort());
  const server = await startPostgres({ dataDir, port: ownPort, logFile: `${dataDir}.log` });
  let frozen: number[] = [];
  const signal = (pids: readonly number[], name: NodeJS.Signals) => {
    for (const pid of pids) process.kill(pid, name);
  };
  return {
    ...server,
    port: ownPort,
    database(name) {
      const url = new URL(server.url);
      url.pathname = `/${name}`;
      return url.href;
    },
    freeze() {
      // The server first, so that it starts no further backend.
      signal([server.pid], 'SIGSTOP');
      frozen = [server.pid, ...childrenOf(server.pid)];
      signal(frozen.slice(1), 'SIGSTOP');
    },
    thaw() {
      signal(frozen, 'SIGCONT');
      frozen = [];
    },
    stop() {
      signal(frozen, 'SIGCONT');
      return server.stop();
    },
  };
}

function childrenOf(pid: number): number[] {
  const listed = execFileSync('ps', ['-o', 'pid=', '--ppid', String(pid)], { encoding: 'utf8' });
  return listed.trim().split(/\s+/).map(Number);
}
