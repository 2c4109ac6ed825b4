import type { KafkaSettings } from '@eventfleet/config';
import { traceFields } from '@eventfleet/observability';
import { failpoint } from '@eventfleet/resilience';
import type { Kafka } from '../kafka.js';
import type { Logger } from 'pino';
import type { BatchHandler } from '../consumer/message-batch.js';
import type { KafkaRecord } from '../kafka-record.js';
import { deadLetterTopic, withPrefix } from '../topics.js';
import { traceparentOfRecord } from '../tracing/processing-spans.js';
import { tracedRecord } from '../tracing/traced-record.js';
import { AttemptsExhausted, withAttempts } from './attempts.js';
import { publishDeadLetters } from './publish-dead-letters.js';
import { recordByRecord, type RecordHandler, type RecordSource } from './record-by-record.js';

export interface DeadLetterOptions {
  readonly kafka: Kafka;
  readonly settings: KafkaSettings;
  /** As in `BatchPattern`, without the settings' prefix. List it in `DEAD_LETTER_GROUPS`: its topic is made from there. */
  readonly group: string;
  readonly logger: Logger;
  /** How often a record may fail for good, the first time included. */
  readonly maxAttempts?: number;
}

const MAX_ATTEMPTS = 5;

/**
 * The `BatchHandler` of a group without a database of its own, made from a handler of one record:
 *
 *     readonly #handleBatch = deadLettered((record) => this.handle(record), { kafka, settings, group, logger });
 *
 *     @BatchPattern({ topic, group })
 *     onCommands(@Payload() batch: MessageBatch) { return this.#handleBatch(batch); }
 *
 * Records of a partition are handled in order, at least once. A transient failure makes the partition wait for as long
 * as it lasts; nothing is skipped. A record that fails `maxAttempts` times for good goes to `<group>.dead-letter`,
 * original key, bytes and headers, and the partition goes on once every in-sync replica has it there; until then it
 * waits. So nothing is lost, and a crash or an unknown outcome may put a record there twice. An unreadable record is
 * not handed to the handler, and goes there at once.
 *
 * Order per key is given up for the dead-lettered record, and only for it: later records of its key do not wait, and a
 * retry comes after them. A projection, which must not lose it, parks the whole key instead.
 */
export function deadLettered(handle: RecordHandler, options: DeadLetterOptions): BatchHandler {
  const { kafka, settings, logger, maxAttempts = MAX_ATTEMPTS } = options;
  const group = withPrefix(settings, options.group);
  const target = deadLetterTopic(group);
  const attempt = withAttempts(tracedRecord(handle, group), maxAttempts);
  return recordByRecord(async (record, source) => {
    const end = await tryRecord(attempt, record, source);
    if (!end) return;
    const { attempts, failure } = end;
    await publishDeadLetters(kafka, group, source, [{ record, error: { ...failure, attempts } }]);
    failpoint('between dead letter and offset');
    const { topic, partition } = source;
    logger.error(
      {
        group,
        topic,
        partition,
        offset: String(record.offset),
        attempts,
        failure,
        ...traceFields(traceparentOfRecord(record)),
      },
      `dead letter, see ${target}`,
    );
  });
}

/** Why a record has failed for good. */
type End = Pick<AttemptsExhausted, 'attempts' | 'failure'>;

async function tryRecord(
  attempt: RecordHandler,
  record: KafkaRecord,
  source: RecordSource,
): Promise<End | undefined> {
  if (record.unreadable) return { attempts: 0, failure: record.unreadable };
  try {
    await attempt(record, source);
    return undefined;
  } catch (error) {
    if (!(error instanceof AttemptsExhausted)) throw error;
    return error;
  }
}
