import type { DiagLogger } from '@opentelemetry/api';
import type { Logger } from 'pino';

const QUIET_MS = 60_000;

/** The SDK's warnings and errors as lines of the app's log, one a minute: an export that fails is tried every few seconds. */
export function quietly(logger: Logger): DiagLogger {
  let lastAt = -Infinity;
  const warn = (message: string) => {
    if (performance.now() - lastAt < QUIET_MS) return;
    lastAt = performance.now();
    logger.warn(
      { reason: message },
      'traces are incomplete: spans cannot be exported, or settings are wrong',
    );
  };
  const ignore = () => undefined;
  return { error: warn, warn, info: ignore, debug: ignore, verbose: ignore };
}
