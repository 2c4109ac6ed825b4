import type { TailBlocker, WrappingKeysInUse } from '@eventfleet/event-store';
import type { Part } from '@eventfleet/resilience';

/** Which of the two stores it is. What the read store loses can be made anew from the event store. */
export type Store = 'event store' | 'read store';

/** The server and the settings in force in a session of the fleet, as Postgres prints them. */
export interface ServerFacts {
  readonly version: string;
  /** Such as 180004. */
  readonly versionNumber: number;
  readonly isStandby: boolean;
  readonly synchronousCommit: string;
  readonly synchronousStandbyNames: string;
  readonly fsync: string;
  readonly fullPageWrites: string;
  readonly dataChecksums: string;
  readonly walLevel: string;
  /** 0 for no bound. */
  readonly transactionTimeoutMs: number;
  readonly idleTimeoutMs: number;
  /** Whether the server writes statements that are no errors into its log, and how much of each parameter; -1: all of it. */
  readonly logsStatements: boolean;
  readonly loggedParameterBytes: number;
  /** Whether the role sees the sessions and standbys of others. */
  readonly seesAll: boolean;
}

export interface ServerIdentity {
  readonly systemIdentifier: string;
  readonly timeline: number;
}

export interface StandbyFacts {
  readonly connected: number;
  /** Of these: how many a commit may wait for. */
  readonly synchronous: number;
}

export interface ClockDifference {
  /** Positive if the server's clock is ahead of this machine's. */
  readonly ms: number;
  /** It may be so much more or less: half of the question's way there and back. */
  readonly uncertaintyMs: number;
}

/** Of the whole server. */
export interface OpenTransactions {
  readonly blocker: TailBlocker | undefined;
  readonly prepared: number;
  /** 0 if there are none. */
  readonly oldestPreparedSeconds: number;
}

export interface PostgresFacts {
  readonly server: ServerFacts;
  readonly identity: Part<ServerIdentity>;
  readonly standbys: Part<StandbyFacts>;
  readonly clock: Part<ClockDifference>;
  readonly transactions: Part<OpenTransactions>;
  /** The schemas that have not been migrated to the newest version. */
  readonly unmigrated: Part<readonly string[]>;
  /** Of personal data; none in the read store. */
  readonly wrappingKeys: Part<WrappingKeysInUse>;
}
