import kafkajs, { type LogEntry } from 'kafkajs';
import type { Logger } from 'pino';

const { logLevel } = kafkajs;

/** Nothing else is copied: kafkajs adds requests and payloads to some entries. */
const FIELDS = [
  'broker',
  'groupId',
  'memberId',
  'topic',
  'partition',
  'error',
  'retryCount',
  'retryTime',
] as const;

/**
 * kafkajs's log entries as pino lines. Its errors become warnings, since it calls every attempt that it will
 * repeat an error; what stays failed is logged by the code that gave up.
 */
export function toPino(logger: Logger): (entry: LogEntry) => void {
  return ({ namespace, level, log }) => {
    const fields: Record<string, unknown> = { namespace };
    for (const name of FIELDS) {
      const value: unknown = log[name];
      if (value !== undefined) fields[name] = value instanceof Error ? value.message : value;
    }
    if (level === logLevel.ERROR || level === logLevel.WARN) logger.warn(fields, log.message);
    else logger.debug(fields, log.message);
  };
}
