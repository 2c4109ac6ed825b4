import type { LoggerService } from '@nestjs/common';
import type { Logger } from 'pino';

/**
 * Nest's own messages as lines of the app's log. Its start-up chatter goes to debug.
 * @param logger the app's logger; Nest's context becomes `context`
 */
export function createNestLogger(logger: Logger): LoggerService {
  return {
    log: (message: unknown, ...rest: unknown[]) =>
      logger.debug({ context: contextOf(rest) }, String(message)),
    debug: (message: unknown, ...rest: unknown[]) =>
      logger.debug({ context: contextOf(rest) }, String(message)),
    verbose: (message: unknown, ...rest: unknown[]) =>
      logger.trace({ context: contextOf(rest) }, String(message)),
    warn: (message: unknown, ...rest: unknown[]) =>
      logger.warn({ context: contextOf(rest) }, String(message)),
    error: (message: unknown, ...rest: unknown[]) =>
      logger.error(errorFields(message, rest), messageOf(message)),
    fatal: (message: unknown, ...rest: unknown[]) =>
      logger.fatal(errorFields(message, rest), messageOf(message)),
  };
}

/** Nest passes the context last, and for errors the stack before it. */
function contextOf(rest: readonly unknown[]): string | undefined {
  const last = rest.at(-1);
  return typeof last === 'string' ? last : undefined;
}

function errorFields(message: unknown, rest: readonly unknown[]): Record<string, unknown> {
  const context = contextOf(rest);
  if (message instanceof Error) return { context, err: message };
  const stack = rest.length > 1 && typeof rest[0] === 'string' ? rest[0] : undefined;
  return { context, stack };
}

function messageOf(message: unknown): string {
  return message instanceof Error ? message.message : String(message);
}
