import { withProjection } from '@eventfleet/operators';
import type { RebuildContext } from '@eventfleet/projections';
import { armFailpoint } from '@eventfleet/resilience';
import type { FleetConfig } from '../fleet.config.js';

/** Works on the generations of a projection; Ctrl-C aborts the signal of `work`. @throws as `withProjection` does */
export function untilStopped<T>(
  config: FleetConfig,
  name: string,
  work: (context: RebuildContext, signal: AbortSignal) => Promise<T>,
): Promise<T> {
  if (config.failpoint !== undefined) armFailpoint(config.failpoint);
  return withProjection(config, name, stopSignal(), work);
}

function stopSignal(): AbortSignal {
  const stopping = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => stopping.abort(new Error(`stopped by ${signal}`)));
  }
  return stopping.signal;
}
