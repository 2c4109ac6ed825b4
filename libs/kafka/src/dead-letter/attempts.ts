import { ContractError } from '@eventfleet/contracts';
import { describeFailure, isTransient, type Failure } from '@eventfleet/resilience';
import { PartitionMap } from '../consumer/partition-map.js';
import { KafkaError } from '../kafka.errors.js';
import type { RecordHandler } from './record-by-record.js';

/** A record has failed for good. Carries nothing of its content. */
export class AttemptsExhausted extends KafkaError {
  constructor(
    place: string,
    readonly attempts: number,
    readonly failure: Failure,
  ) {
    super('attempts-exhausted', `${place} failed ${attempts} times: ${failure.code}: ${failure.message}`);
    this.name = 'AttemptsExhausted';
  }
}

interface Failing {
  readonly topicId: string;
  readonly offset: bigint;
  readonly failures: number;
}

/**
 * Counts how often a record fails in a way that waiting cannot help. A transient failure is thrown as it is, however
 * often, and does not count. A record that breaks its contract has failed for good at once. The count is kept in memory:
 * after a restart or a rebalance it begins anew.
 * @param maxAttempts in all, the first one included
 * @throws the transient failure; KafkaError `attempt-failed` while there are attempts left; AttemptsExhausted from the
 *   last one on. The two carry no `cause`: it would be logged, and may quote the record.
 */
export function withAttempts(handle: RecordHandler, maxAttempts: number): RecordHandler {
  const failing = new PartitionMap<Failing>();
  return async (record, source) => {
    const { topic, partition } = source;
    const { topicId } = source.identity;
    const { offset } = record;
    try {
      await handle(record, source);
    } catch (error) {
      if (isTransient(error)) throw error;
      const known = failing.get(topic, partition);
      const isSame = known?.offset === offset && known.topicId === topicId;
      const failures = (isSame ? known.failures : 0) + 1;
      failing.set(topic, partition, { topicId, offset, failures });
      const place = `${topic}/${partition}/${offset}`;
      const failure = describeFailure(error);
      const isFinal = error instanceof ContractError;
      if (isFinal || failures >= maxAttempts) throw new AttemptsExhausted(place, failures, failure);
      const text = `${place}: attempt ${failures} of ${maxAttempts}: ${failure.code}: ${failure.message}`;
      throw new KafkaError('attempt-failed', text);
    }
    failing.delete(topic, partition);
  };
}
