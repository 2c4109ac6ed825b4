import { ok, risk, wrong, type Judgement } from '../finding.js';
import type { ObservedTopic } from './kafka-facts.js';

const SAFE_REPLICAS = 3;
const QUORUM = 2;
const NO_LEADER = -1;

/** On how many brokers each record is. */
export function judgeReplicas(topic: ObservedTopic): Judgement {
  const replicas = replicationFactor(topic);
  const loss = 'The loss of one broker';
  if (replicas === 1)
    return risk('1', `${loss} loses the topic. Raise it to 3 with kafka-reassign-partitions.`);
  return replicas < SAFE_REPLICAS
    ? risk(
        String(replicas),
        `${loss} leaves one copy or stops writes. Raise it to 3 with kafka-reassign-partitions.`,
      )
    : ok(String(replicas));
}

/** On how many brokers a record is before it is acknowledged. */
export function judgeMinInSync(topic: ObservedTopic): Judgement {
  const replicas = replicationFactor(topic);
  const value = minInSync(topic);
  if (value > replicas)
    return wrong(
      String(value),
      `With ${replicas} replicas no write is accepted. Set min.insync.replicas to 2.`,
    );
  if (replicas === 1) return ok(String(value));
  if (value === replicas)
    return risk(
      String(value),
      'One broker that is down stops every write. Have one replica more than min.insync.replicas.',
    );
  return replicas >= SAFE_REPLICAS && value < QUORUM
    ? wrong(
        String(value),
        'An acknowledged record may be on one broker alone, and lost with it. Set min.insync.replicas to 2.',
      )
    : ok(String(value));
}

/** Whether every replica has what was acknowledged, now. */
export function judgeInSync(topic: ObservedTopic): Judgement {
  const { partitions } = topic;
  const leaderless = partitions.filter(({ leader }) => leader === NO_LEADER).length;
  const stopped = partitions.filter(({ inSync }) => inSync.length < minInSync(topic)).length;
  const behind = partitions.filter(({ replicas, inSync }) => inSync.length < replicas.length).length;
  const advice = 'Bring back the brokers that are down.';
  if (leaderless > 0)
    return wrong(count(leaderless, 'without leader'), `They are neither read nor written. ${advice}`);
  if (stopped > 0) return wrong(count(stopped, 'below min.insync.replicas'), `They take no write. ${advice}`);
  return behind > 0
    ? risk(count(behind, 'under-replicated'), `They have fewer copies than they should. ${advice}`)
    : ok('all replicas');
}

function count(partitions: number, state: string): string {
  return `${partitions} partitions ${state}`;
}

function replicationFactor({ partitions }: ObservedTopic): number {
  return Math.min(...partitions.map(({ replicas }) => replicas.length));
}

function minInSync({ config }: ObservedTopic): number {
  return Number(config['min.insync.replicas'] ?? 1);
}
