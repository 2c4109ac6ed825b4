import { DEAD_LETTER_GROUPS, KEYED_TOPICS } from '@eventfleet/contracts';
import { kafkaSettings, kafkaVariables, loadConfig } from '@eventfleet/config';
import { z } from 'zod';
import { fleetTopics } from './topics.js';

const settings = kafkaSettings(loadConfig(z.object(kafkaVariables), { KAFKA_TOPIC_PREFIX: 'a-' }));

describe('the topics of the fleet', () => {
  it('are kept for ever but for commands and their replies, which are kept for a week', () => {
    const kept = fleetTopics(settings).map(({ name, config }) => [name, config['retention.ms']]);
    expect(kept).toEqual([
      ['a-user-events', '-1'],
      ['a-user-commands', '604800000'],
      ['a-user-command-replies', '604800000'],
      ['a-notification-events', '-1'],
      ['a-fleet-notices', '-1'],
      ...['command-api', 'user-list', 'user-stats', 'onboarding'].map((group) => [
        `a-${group}.dead-letter`,
        '-1',
      ]),
    ]);
  });

  it('have one number of partitions where they have keys', () => {
    const fixed = fleetTopics(settings).filter((topic) => topic.partitionsVariable !== undefined);
    expect(fixed.map(({ partitions }) => partitions)).toEqual(KEYED_TOPICS.map(() => 12));
    expect(fleetTopics(settings)).toHaveLength(KEYED_TOPICS.length + 1 + DEAD_LETTER_GROUPS.length);
  });

  it('have the broker unpack nothing: it would do so without a bound', () => {
    expect(fleetTopics(settings).filter(({ config }) => 'compression.type' in config)).toEqual([]);
  });

  it('are all topics of all aggregates', () => {
    expect(KEYED_TOPICS.map(({ name }) => name)).toEqual([
      'user-events',
      'user-commands',
      'user-command-replies',
      'notification-events',
    ]);
  });
});
