import { pino, type Logger, type LevelWithSilent } from 'pino';
import { serializeError } from './error.serializer.js';
import { gatherLines } from './gather-lines.js';

export interface LoggerOptions {
  readonly level: LevelWithSilent;
  /** The app's name; with the process id on every line, so that copies can be distinguished. */
  readonly app: string;
}

/**
 * JSON lines on standard output, written asynchronously and in order, within 20 ms. What is still buffered is flushed
 * when the process exits, by `process.exit()` too; only a kill loses lines. If a write is under way at `process.exit()`,
 * its lines may come after the last ones: nothing can wait for it then.
 */
export function createLogger({ level, app }: LoggerOptions): Logger {
  const destination = gatherLines(pino.destination({ dest: 1, sync: false }));
  process.once('exit', () => destination.flushSync());
  return pino(
    {
      level,
      base: { app, pid: process.pid },
      timestamp: pino.stdTimeFunctions.isoTime,
      serializers: { err: serializeError },
    },
    destination,
  );
}
