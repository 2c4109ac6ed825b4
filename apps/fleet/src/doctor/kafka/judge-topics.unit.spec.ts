import type { Judgement } from '../finding.js';
import { judgeInSync, judgeMinInSync, judgeReplicas } from './judge-replication.js';
import {
  judgeCleanup,
  judgeCompression,
  judgeMessageBytes,
  judgePartitions,
  judgeRetention,
  judgeUncleanElection,
} from './judge-settings.js';
import { observedTopic, type TopicChanges } from './observed-topic.fixture.js';

type Judge = typeof judgeReplicas;
const minInSync = (value: number) => ({ 'min.insync.replicas': String(value) });
const week = { declared: { 'retention.ms': '604800000' }, isKeyed: true };
const deadLetters = { declared: { 'max.message.bytes': '8388608' }, isKeyed: false };

describe('a topic', () => {
  it.each<[Judge, TopicChanges, Judgement['verdict']]>([
    [judgeReplicas, { replicas: 1 }, 'risk'],
    [judgeReplicas, { replicas: 2 }, 'risk'],
    [judgeReplicas, { replicas: 3 }, 'ok'],

    [judgeMinInSync, { replicas: 1, config: minInSync(1) }, 'ok'],
    [judgeMinInSync, { replicas: 1, config: minInSync(2) }, 'wrong'],
    [judgeMinInSync, { replicas: 2, config: minInSync(1) }, 'ok'],
    [judgeMinInSync, { replicas: 2, config: minInSync(2) }, 'risk'],
    [judgeMinInSync, { replicas: 3, config: minInSync(1) }, 'wrong'],
    [judgeMinInSync, { replicas: 3, config: minInSync(2) }, 'ok'],
    [judgeMinInSync, { replicas: 3, config: minInSync(3) }, 'risk'],
    [judgeMinInSync, { replicas: 3, config: minInSync(4) }, 'wrong'],

    [judgeInSync, {}, 'ok'],
    [judgeInSync, { inSync: 2 }, 'risk'],
    [judgeInSync, { inSync: 1 }, 'wrong'],
    [judgeInSync, { leader: -1 }, 'wrong'],

    [judgePartitions, {}, 'ok'],
    [judgePartitions, { partitions: 3 }, 'wrong'],
    [judgePartitions, { partitions: 3, isKeyed: false }, 'ok'],

    [judgeUncleanElection, {}, 'ok'],
    [judgeUncleanElection, { config: { 'unclean.leader.election.enable': 'true' } }, 'wrong'],

    [judgeRetention, {}, 'ok'],
    [judgeRetention, { config: { 'retention.ms': '604800000' } }, 'wrong'],
    [judgeRetention, { config: { 'retention.bytes': '1000' } }, 'wrong'],
    [judgeRetention, { isKeyed: false, config: { 'retention.ms': '604800000' } }, 'risk'],
    [judgeRetention, { ...week, config: { 'retention.ms': '604800000' } }, 'ok'],
    [judgeRetention, { ...week, config: { 'retention.ms': '-1' } }, 'ok'],
    [judgeRetention, { ...week, config: { 'retention.ms': '86400000' } }, 'risk'],

    [judgeCleanup, {}, 'ok'],
    [judgeCleanup, { config: { 'cleanup.policy': 'compact' } }, 'wrong'],
    [judgeCleanup, { config: { 'cleanup.policy': 'compact,delete' } }, 'wrong'],

    [judgeCompression, {}, 'ok'],
    [judgeCompression, { config: { 'compression.type': 'zstd' } }, 'risk'],
    [judgeCompression, { config: { 'compression.type': 'uncompressed' } }, 'risk'],

    [judgeMessageBytes, {}, 'ok'],
    [judgeMessageBytes, { config: { 'max.message.bytes': '100000' } }, 'risk'],
    [judgeMessageBytes, { ...deadLetters, config: { 'max.message.bytes': '8388608' } }, 'ok'],
    [judgeMessageBytes, { ...deadLetters, config: { 'max.message.bytes': '1048588' } }, 'risk'],
  ])('%p of %j is %s', (judge, changes, expected) => {
    expect(judge(observedTopic(changes)).verdict).toBe(expected);
  });

  it('says how long it keeps its records', () => {
    const value = (config: Record<string, string>) => judgeRetention(observedTopic({ config })).value;
    expect(value({})).toBe('for ever');
    expect(value({ 'retention.ms': '604800000' })).toBe('7 d');
    expect(value({ 'retention.ms': '5400000', 'retention.bytes': '10' })).toBe(
      '90 min, at most 10 bytes a partition',
    );
  });
});
