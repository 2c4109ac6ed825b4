import { execFileSync } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import {
  sendSignal,
  startPostgres,
  startStandby,
  type PostgresOptions,
  type PostgresServer,
  type Standby,
} from '@eventfleet/embedded';
import { eventually, withClient } from '@eventfleet/testing';
import type { LossWindow } from '../audit/evidence.ts';
import type { PrimaryFate } from '../schedule.ts';
import { CrashingServer } from './crashing-server.ts';
import type { Link } from './link.ts';
import { Turns } from './turns.ts';

export interface ReplicatedPostgresOptions {
  /** Where the server of a number, from 1, has its data and its log, and on which port. */
  readonly placeOf: (number: number) => Promise<PostgresOptions>;
  /** Whether a commit waits for the standby. */
  readonly synchronous: boolean;
  /** By which everybody reaches the primary, whichever it is. */
  readonly address: Link;
  readonly say: (line: string) => void;
}

interface Placed<Server> {
  readonly server: Server;
  readonly place: PostgresOptions;
}

/** Longer than a stream of the log is ever behind without a fault of its own. */
const USUAL_LAG_MS = 3_000;
/** Until then an answer that was under way at the switch has arrived, or never will. */
const LATE_ANSWERS_MS = 3_000;

/** A primary with one standby. Killed, the primary comes up again; failed over, the standby is the primary. */
export class ReplicatedPostgres {
  /** Of every fail-over so far: when commits may have been acknowledged that the standby did not get. */
  readonly lossWindows: LossWindow[] = [];
  readonly #options: ReplicatedPostgresOptions;
  readonly #turns = new Turns();
  #count = 0;
  #primary: Placed<CrashingServer<PostgresServer>> | undefined;
  #standby: Placed<Standby> | undefined;
  #isClosed = false;

  constructor(options: ReplicatedPostgresOptions) {
    this.#options = options;
  }

  /** Whether a commit waits for the standby. */
  get isSynchronous(): boolean {
    return this.#options.synchronous;
  }

  start(): Promise<void> {
    return this.#turns.take(async () => {
      const place = await this.#nextPlace();
      this.#primary = { server: primaryIn(place), place };
      await this.#primary.server.start();
      this.#options.address.pointTo(place.port);
      await this.#attachStandby();
    });
  }

  /** SIGKILL of the primary, and a start after a time. */
  kill(awayMs: number): Promise<void> {
    return this.#turns.take(async () => this.#primary?.server.kill(awayMs));
  }

  /**
   * The standby takes over, from a moment at which it was not behind. Then it gets a standby of its own, so that this can
   * happen again.
   * @param forMs how long the primary still takes writes that the standby does not get
   */
  failOver(fate: PrimaryFate, forMs: number): Promise<void> {
    return this.#turns.take(async () => {
      const { address, say } = this.#options;
      const { server: primary, place: oldPlace } = this.#primary!;
      const { server: standby, place } = this.#standby!;
      await untilCaughtUp(primary.running, standby);
      const from = Date.now() - USUAL_LAG_MS;
      await (fate === 'cut off' ? standby.promote() : standby.disconnect());
      await delay(forMs);
      const frozen = fate === 'frozen' ? freeze(primary.running.pid) : [];
      if (fate === 'killed') await primary.close();
      if (fate !== 'cut off') await standby.promote();
      address.pointTo(place.port);
      say('postgres failed over');
      this.lossWindows.push({ from, to: Date.now() + LATE_ANSWERS_MS });
      await primary.close();
      for (const pid of frozen) sendSignal(pid, 'SIGKILL');
      this.#primary = { server: primaryIn(place, standby), place };
      this.#standby = undefined;
      await rm(oldPlace.dataDir, { recursive: true, force: true });
      if (!this.#isClosed) await this.#attachStandby();
    });
  }

  /** For good, and at once. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#standby?.server.kill('SIGKILL');
    await this.#standby?.server.exited;
    await this.#primary?.server.close();
  }

  async #attachStandby(): Promise<void> {
    const place = await this.#nextPlace();
    const { synchronous } = this.#options;
    const server = await startStandby({ ...place, primary: this.#primary!.server.running, synchronous });
    this.#standby = { server, place };
    this.#options.say('postgres has a standby');
  }

  #nextPlace(): Promise<PostgresOptions> {
    return this.#options.placeOf(++this.#count);
  }
}

function primaryIn(place: PostgresOptions, running?: PostgresServer): CrashingServer<PostgresServer> {
  return new CrashingServer(() => startPostgres(place), running);
}

/** Until the standby has on disk what the primary has now, that which it has only since it came up again included. */
async function untilCaughtUp(primary: PostgresServer, { applicationName }: Standby): Promise<void> {
  await withClient(primary.url, async (client) => {
    const { rows } = await client.query<{ lsn: string }>('select pg_current_wal_flush_lsn() as lsn');
    const isCaughtUp = async () => {
      const caughtUp = await client.query(
        `select from pg_stat_replication
         where application_name = $1 and state = 'streaming' and flush_lsn >= $2`,
        [applicationName, rows[0]!.lsn],
      );
      return caughtUp.rows.length > 0;
    };
    await eventually(isCaughtUp, { describe: 'a standby that is not behind' });
  });
}

/** The server first, so that it starts no further process. @returns every process */
function freeze(pid: number): number[] {
  sendSignal(pid, 'SIGSTOP');
  const listed = execFileSync('ps', ['-o', 'pid=', '--ppid', String(pid)], { encoding: 'utf8' });
  const children = listed.trim().split(/\s+/).map(Number).filter(Boolean);
  for (const child of children) sendSignal(child, 'SIGSTOP');
  return [pid, ...children];
}
