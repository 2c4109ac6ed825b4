import type { ServerProcess } from '@eventfleet/embedded';

/** Edges are stopped first, so that nobody writes any more; servers last, so that everybody can finish. */
export const STOP_ORDER = ['edge', 'consumer', 'server'] as const;

export type Stage = (typeof STOP_ORDER)[number];

/** A service of the fleet: one process. Its name is that of its log and its pid file. */
export interface Service {
  readonly name: string;
  readonly stage: Stage;
  /** Starts it once; what it starts is recorded in its pid file at once. */
  spawn(signal: AbortSignal): Promise<ServerProcess>;
  /** @throws ServerStartError when it is not ready in time or ends */
  untilReady(server: ServerProcess, signal: AbortSignal): Promise<void>;
}
