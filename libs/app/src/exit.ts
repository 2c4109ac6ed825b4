import type { Logger } from 'pino';

/** Logs the error as fatal and ends the process with exit code 1, for its supervisor to start it anew. */
export function exitFatally(logger: Logger, error: unknown, message: string): never {
  logger.fatal({ err: error }, message);
  process.exit(1);
}

/** Says in one message, for whoever set the process up, why it cannot start, and ends it with exit code 1. */
export function refuseStart(name: string, reason: unknown): never {
  process.stderr.write(`${name}: ${reason instanceof Error ? reason.message : String(reason)}\n`);
  process.exit(1);
}
