import type { ExitedProcess } from '../process/run-command.js';

/** A way to run Kafka's programs on this machine. Folders have the same path inside as outside. */
export interface KafkaRuntime {
  /** The address on which the broker must listen to be reachable from the loopback interface, and no further. */
  readonly bindAddress: string;
  storageTool(args: readonly string[]): Promise<ExitedProcess>;
  /** @param heapMb the most that it may take; absent: as for the only broker of a machine */
  broker(propertiesFile: string, heapMb?: number): { command: string; args: readonly string[] };
}
