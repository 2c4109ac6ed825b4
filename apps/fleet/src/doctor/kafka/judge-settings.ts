import { ok, risk, wrong, type Judgement } from '../finding.js';
import { seconds } from '../units.js';
import { isEventTopic, type ObservedTopic } from './kafka-facts.js';

/** What the relay may send of a partition at once, with room for headers. */
const LARGEST_BATCH_BYTES = 1_000_000;

export function judgePartitions({ spec, partitions }: ObservedTopic): Judgement {
  const value = String(partitions.length);
  return !spec.partitionsVariable || partitions.length === spec.partitions
    ? ok(value)
    : wrong(
        value,
        `${spec.partitionsVariable} says ${spec.partitions}, so the apps refuse to start. Set it to ${value}, as when the topic was made.`,
      );
}

export function judgeUncleanElection({ config }: ObservedTopic): Judgement {
  const value = config['unclean.leader.election.enable'] ?? 'unknown';
  return value === 'true'
    ? wrong(
        'allowed',
        'A replica that lacks acknowledged records may become leader, and they are lost. Set unclean.leader.election.enable to false.',
      )
    : ok('not allowed');
}

/** How long records are kept, beside how long the fleet has them kept. */
export function judgeRetention({ spec, config }: ObservedTopic): Judgement {
  const [ms, bytes] = [limit(config['retention.ms']), limit(config['retention.bytes'])];
  const value = [
    ms === Infinity ? 'for ever' : seconds(ms / 1_000),
    ...(bytes === Infinity ? [] : [`at most ${bytes} bytes a partition`]),
  ].join(', ');
  const declared = spec.config['retention.ms'] ?? '-1';
  if (ms >= limit(declared) && bytes === Infinity) return ok(value);
  const set = `Set retention.ms to ${declared} and retention.bytes to -1.`;
  return isEventTopic(spec)
    ? wrong(value, `Events are deleted, and every projection that is made later lacks them. ${set}`)
    : risk(value, `Records may be deleted before they are handled. ${set}`);
}

export function judgeCleanup({ config }: ObservedTopic): Judgement {
  const value = config['cleanup.policy'] ?? 'unknown';
  return value === 'delete'
    ? ok(value)
    : wrong(value, 'Compaction keeps only the newest record of each key. Set cleanup.policy to delete.');
}

/** Consumers read all codecs, within a limit; brokers have none. */
export function judgeCompression({ config }: ObservedTopic): Judgement {
  const value = config['compression.type'] ?? 'unknown';
  return value === 'producer'
    ? ok(value)
    : risk(
        value,
        'The brokers unpack what they are sent, whatever its size, and may run out of memory. Set compression.type to producer.',
      );
}

export function judgeMessageBytes({ spec, config }: ObservedTopic): Judgement {
  const value = config['max.message.bytes'] ?? '0';
  const needed = spec.config['max.message.bytes'] ?? String(LARGEST_BATCH_BYTES);
  return Number(value) >= Number(needed)
    ? ok(value)
    : risk(
        value,
        `A batch or record that is too large is refused, and stops its sender. Set max.message.bytes to ${needed} or more.`,
      );
}

/** Kafka has -1 for no limit. */
function limit(value = '-1'): number {
  return value === '-1' ? Infinity : Number(value);
}
