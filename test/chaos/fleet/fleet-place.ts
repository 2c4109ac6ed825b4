import type { Failover } from '../arguments.ts';
import type { Topology } from '../topology.ts';

/** Where and as what a fleet is started. */
export interface FleetPlace {
  /** Data and logs of this run. */
  readonly runDir: string;
  /** Where Kafka's jars are kept. */
  readonly cacheDir: string;
  readonly topology: Topology;
  /** Whether the store has a standby, and of which kind. */
  readonly failover: Failover | undefined;
  /** The installed server; undefined where there is none. */
  readonly rabbitmqProgram: string | undefined;
  readonly say: (line: string) => void;
  readonly signal: AbortSignal;
}
