import { z } from 'zod';
import { AGGREGATES, KEYED_TOPICS } from './aggregates.js';
import { defineCommand, defineCommandCatalog } from './command-catalog.js';
import { defineAggregate } from './define-aggregate.js';
import { defineEvent } from './event-catalog.js';

const opened = defineEvent('account.opened', 1, z.object({ owner: z.string() }));

describe('defineAggregate', () => {
  it('makes the catalog of its events, in its topic', () => {
    const account = defineAggregate({ name: 'account', topic: 'account-events', events: [opened] });
    expect(account.events).toMatchObject({ aggregateType: 'account', topic: 'account-events' });
    expect(account.events.schemaVersionOf('account.opened')).toBe(1);
    expect(account.commands).toBeUndefined();
    expect(account.topics).toEqual([{ name: 'account-events' }]);
  });

  it('has topics for commands and replies if it takes commands over Kafka', () => {
    const commands = defineCommandCatalog({
      aggregate: 'account',
      topic: 'account-commands',
      replyTopic: 'account-command-replies',
      commands: [defineCommand('open-account', 1, z.strictObject({ owner: z.string() }))],
    });
    const { topics } = defineAggregate({
      name: 'account',
      topic: 'account-events',
      events: [opened],
      commands,
    });
    expect(topics).toEqual([
      { name: 'account-events' },
      { name: 'account-commands', keptDays: 7, isStampedByBroker: true },
      { name: 'account-command-replies', keptDays: 7 },
    ]);
  });

  it('refuses an event of another aggregate', () => {
    const define = () => defineAggregate({ name: 'order', topic: 'order-events', events: [opened] });
    expect(define).toThrow('the event account.opened must begin with order.');
  });
});

describe('the aggregates of the fleet', () => {
  it('share neither names nor topics', () => {
    const names = AGGREGATES.map(({ name }) => name);
    const topics = KEYED_TOPICS.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    expect(new Set(topics).size).toBe(topics.length);
  });
});
