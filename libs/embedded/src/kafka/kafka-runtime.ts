import type { ExitedProcess } from '../process/run-command.js';

/** A way to run Kafka's programs on this machine. Folders have the same path inside as outside. */
export interface KafkaRuntime {
  /** The address on which the broker must listen to be reachable from the loopback interface, and no further. */
  readonly bindAddress: string;
  storageTool(args: readonly string[]): Promise<ExitedProcess>;
  broker(propertiesFile: string): { command: string; args: readonly string[] };
}
