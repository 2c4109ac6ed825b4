import type { ExitedProcess } from '../process/run-command.js';

/** A way to run Kafka's programs on this machine. Folders have the same path inside as outside. */
export interface KafkaRuntime {
  /** The address on which the broker must listen to be reachable from the loopback interface, and no further. */
  readonly bindAddress: string;
  storageTool(args: readonly string[]): Promise<ExitedProcess>;
  broker(propertiesFile: string, options: BrokerOptions): { command: string; args: readonly string[] };
}

export interface BrokerOptions {
  /** The most that it may take; absent: as for the only broker of a machine. */
  readonly heapMb?: number | undefined;
  /** Whether it compiles as in production. If not, it starts with a third less processor time, and stays slower. */
  readonly fullCompiler?: boolean | undefined;
}
