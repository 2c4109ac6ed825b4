import { readFileSync } from 'node:fs';
import { factsOf, NOW, REFUSED, secondsAgo, trace, USER, type World } from './facts.fixture.js';
import { formatStory } from './format-story.js';
import type { CauseCode } from './story.js';
import { tellStory } from './tell-story.js';

const storyOf = (world: World = {}) => tellStory(factsOf(world));
const headlineOf = (world: World) => storyOf(world).headline[0];
const behind: World = { rows: { 'user-list': 7 } };
const none = { state: 'Empty', members: [] };

interface Case {
  readonly what: string;
  readonly world: World;
  readonly code: CauseCode;
  readonly says: string;
}

/** The row of user-list is at 7 and the store at 9, unless the case says otherwise. */
const CASES: readonly Case[] = [
  {
    what: 'the user is parked',
    world: { parked: [{}] },
    code: 'parked',
    says: 'it is parked: version 8 failed: projection-failed (TypeError at fold.ts:7) after 5 attempts; 2 events waiting for 3 min',
  },
  {
    what: 'the user is parked and marked',
    world: {
      parked: [{ errorCode: null, errorMessage: null, mark: 'retry', firstVersion: undefined, waiting: 1 }],
    },
    code: 'parked',
    says: 'it is parked: its next event waits for its turn after 5 attempts; 1 event waiting for 3 min, marked for retry',
  },
  {
    what: 'another transaction holds the tail back',
    world: {
      published: { kafka: 7 },
      events: { traces: [trace(7), trace(8, { isInTail: false }), trace(9, { isInTail: false })] },
      store: { blocker: { pid: 77, applicationName: 'psql', ageSeconds: 90 } },
    },
    code: 'tail-held',
    says: 'an older transaction, of process 77 (psql) and open for 90 s, holds back everything that was stored after it began',
  },
  {
    what: 'the tail is held back by nobody knows whom',
    world: { published: { kafka: 7 }, events: { traces: [trace(8, { isInTail: false })] } },
    code: 'tail-held',
    says: "an older transaction on the event store's server holds back everything that was stored after it began",
  },
  {
    what: 'no relay has ever run',
    world: { published: {} },
    code: 'relay-never-ran',
    says: 'the relay kafka has never run: no process publishes',
  },
  {
    what: 'the process that publishes was killed',
    world: { published: { kafka: 7 }, relay: { isHeld: false, leaseUntil: secondsAgo(30).toISOString() } },
    code: 'relay-stopped',
    says: 'the relay kafka is stopped: no process publishes (host:12 lost its lease 30 s ago); 2 events waiting, the oldest for 12 s',
  },
  {
    what: 'the process that publishes was stopped',
    world: { published: { kafka: 7 }, relay: { isHeld: false, leaseUntil: undefined } },
    code: 'relay-stopped',
    says: 'the relay kafka is stopped: no process publishes (host:12 gave its lease up); 2 events waiting, the oldest for 12 s',
  },
  {
    what: 'the relay refuses, as the cluster is another one',
    world: { published: { kafka: 7 }, relay: { isHeld: false }, kafka: { clusterId: 'other' } },
    code: 'relay-refused',
    says: 'the relay kafka refuses to publish: this Kafka cluster is another one than it was; 2 events waiting, the oldest for 12 s',
  },
  {
    what: 'the relay refuses, as the topic is another one',
    world: { published: { kafka: 7 }, kafka: { topics: [{ name: 'user-events', topicId: 'new' }] } },
    code: 'relay-refused',
    says: 'the relay kafka refuses to publish: the topic user-events is another one than it was; 2 events waiting, the oldest for 12 s',
  },
  {
    what: 'Kafka is away, and the event not published',
    world: { published: { kafka: 7 }, facts: { kafka: REFUSED } },
    code: 'kafka-unreachable',
    says: 'Kafka does not answer (connect ECONNREFUSED); 2 events waiting, the oldest for 12 s',
  },
  {
    what: 'the relay is behind',
    world: { published: { kafka: 7 } },
    code: 'relay-behind',
    says: 'the relay kafka is behind: host:12 publishes, 2 events waiting, the oldest for 12 s',
  },
  {
    what: 'Kafka is away, and the event published',
    world: { facts: { kafka: REFUSED } },
    code: 'kafka-unreachable',
    says: 'Kafka does not answer (connect ECONNREFUSED)',
  },
  {
    what: 'the partition is paused',
    world: { stopped: [{}] },
    code: 'partition-paused',
    says: 'partition 4 of user-events is paused, ECONNREFUSED: Error at tcp.js:1, 6 attempts failed, next attempt in 3 s',
  },
  {
    what: 'the partition is paused, and the projector says what is down',
    world: { stopped: [{}], down: [{ part: 'read-store', reason: 'connect ECONNREFUSED' }] },
    code: 'partition-paused',
    says: 'partition 4 of user-events is paused, read-store is down: connect ECONNREFUSED, 6 attempts failed, next attempt in 3 s',
  },
  {
    what: 'the partition is paused by an event at fault, and being tried',
    world: {
      stopped: [
        {
          kind: 'record',
          failures: 1,
          error: { code: '23514', message: 'error' },
          nextAttemptAt: NOW.toISOString(),
        },
      ],
    },
    code: 'partition-paused',
    says: 'partition 4 of user-events is paused, an event is at fault (23514: error), 1 attempt failed, it is being tried again',
  },
  {
    what: 'no projector runs',
    world: { kafka: { groups: new Map([['user-list', none]]) }, nextOffset: 108n },
    code: 'no-consumer',
    says: 'no process consumes user-events for user-list: no projector runs, or none can join',
  },
  {
    what: 'the group rebalances',
    world: {
      kafka: {
        groups: new Map([
          [
            'user-list',
            { state: 'PreparingRebalance', members: [{ clientId: 'p', host: 'h', assignment: {} }] },
          ],
        ]),
      },
    },
    code: 'rebalancing',
    says: 'no member of user-list has partition 4 of user-events now: the group is rebalancing (PreparingRebalance)',
  },
  {
    what: 'the projector lags',
    world: { nextOffset: 90n },
    code: 'lagging',
    says: 'user-list lags in partition 4 of user-events: 30 records behind, 18 of them before this event, last moved 43 s ago',
  },
  {
    what: 'the projector lags, and the event was not found in Kafka',
    world: { nextOffset: 119n, kafka: { records: [] } },
    code: 'lagging',
    says: 'user-list lags in partition 4 of user-events: 1 record behind, last moved 43 s ago',
  },
  {
    what: 'the projector lags, and does not answer',
    world: {
      nextOffset: 108n,
      facts: { apps: [{ app: 'projector', url: 'http://a:3002', answer: REFUSED }] },
    },
    code: 'lagging',
    says: 'user-list lags in partition 4 of user-events: 12 records behind, 0 of them before this event, last moved 43 s ago; projector at http://a:3002 does not answer',
  },
  {
    what: 'the topic was replaced after the checkpoint',
    world: {
      kafka: { topics: [{ name: 'user-events', topicId: 'new' }] },
      published: { kafka: 9 },
    },
    code: 'lagging',
    says: 'user-list lags in partition 4 of user-events: 120 records behind, 108 of them before this event, last moved 43 s ago',
  },
  {
    what: 'the group has gone past the event',
    world: { nextOffset: 115n },
    code: 'passed-over',
    says: 'user-list has gone past the event at offset 108 without applying it: it was set aside, or the row was changed',
  },
  {
    what: 'the group is at the end, and the event was not found in Kafka',
    world: { kafka: { records: [] } },
    code: 'passed-over',
    says: 'user-list has gone past the event without applying it: it was set aside, or the row was changed',
  },
];

describe('a row at 7, with the store at 9', () => {
  it.each(CASES)('says why if $what', ({ world, code, says }) => {
    const story = storyOf({ ...behind, ...world });

    expect(story.headline.slice(0, 2)).toEqual([
      `user ${USER}: row of user-list is at 7, store at 9: ${says}.`,
      expect.stringMatching(/^ {2}See docs\/operations\.md#/),
    ]);
    expect(story.aggregates[0]!.groups).toMatchObject([
      { group: 'user-list', state: 'waits', version: 7, cause: { code, text: says } },
      { group: 'user-stats', state: 'up-to-date', version: 9 },
    ]);
    expect(formatStory(story)[0]).toBe(story.headline[0]);
    expect(JSON.parse(JSON.stringify(story))).toEqual(story);
  });

  it('names a heading of the operations page for each cause', () => {
    const page = readFileSync(new URL('../../../docs/operations.md', import.meta.url), 'utf8');
    const anchors = [...page.matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
      heading.toLowerCase().replaceAll(',', '').replaceAll(' ', '-'),
    );
    for (const { world } of CASES) {
      const [, line = ''] = storyOf({ ...behind, ...world }).headline;
      expect(anchors).toContain(line.split('#')[1]);
    }
  });

  it('blames the first thing on the way: a stopped relay before a paused partition', () => {
    const world = { ...behind, published: { kafka: 7 }, relay: { isHeld: false }, stopped: [{}] };
    expect(headlineOf(world)).toContain('the relay kafka is stopped');
  });

  it('takes what lies in Kafka for published, though the checkpoint is behind', () => {
    const records = [
      { eventId: trace(8).eventId, topic: 'user-events', partition: 4, offset: 108n, at: NOW },
    ];
    const world = { ...behind, published: { kafka: 7 }, kafka: { records }, nextOffset: 100n };
    expect(headlineOf(world)).toContain('user-list lags');
  });

  it('counts a published position of the partition beyond the checkpoint', () => {
    const topics = {
      'user-events': { topicId: 'topic', next: [], floors: { '4': trace(9).position } },
    };
    const relay = { kafka: { clusterId: 'cluster', topics } };
    const world = { ...behind, published: { kafka: 7 }, relay, kafka: { records: [] }, nextOffset: 100n };
    expect(headlineOf(world)).toContain('user-list lags');
  });

  it('does not take the stop of another partition or group for its own', () => {
    const stopped = [{ partition: 5 }, { group: 'user-stats' }];
    expect(headlineOf({ ...behind, nextOffset: 90n, stopped })).toContain('user-list lags');
  });
});

describe('the story', () => {
  it('is short if all is well', () => {
    const { headline, unreachable } = storyOf();
    expect(headline).toEqual([`user ${USER}: the store is at 9, and so are user-list and user-stats.`]);
    expect(unreachable).toEqual([]);
  });

  it('puts groups that wait for the same into one line', () => {
    const rows = { 'user-list': 7, 'user-stats': 7 };
    expect(headlineOf({ rows, published: { kafka: 7 } })).toMatch(
      /: rows of user-list and user-stats are at 7, store at 9: the relay kafka is behind/,
    );
  });

  it('tells of a row ahead of the store', () => {
    const { aggregates } = storyOf({ rows: { 'user-list': 12 } });
    expect(aggregates[0]!.groups[0]).toMatchObject({ version: 12, cause: { code: 'ahead-of-store' } });
  });

  it('tells of a user of whom nothing was applied yet', () => {
    const world = { rows: { 'user-list': 0 }, events: { traces: [trace(1), trace(9)] }, nextOffset: 120n };
    expect(headlineOf({ ...world, published: {} })).toMatch(
      /row of user-list is at 0, store at 9: the relay/,
    );
  });

  it('tells that a store does not answer, and of the rest', () => {
    const story = storyOf({ facts: { readStore: REFUSED } });
    expect(story.headline[0]).toBe(
      `user ${USER}: rows of user-list and user-stats are at an unknown version, store at 9: ` +
        'the read store does not answer (connect ECONNREFUSED).',
    );
    expect(story.unreachable).toEqual([{ source: 'read store', reason: 'connect ECONNREFUSED' }]);
    expect(story.aggregates[0]!.events[2]!.hops).toContainEqual({
      place: 'relay kafka',
      state: 'done',
      text: 'published; host:12 publishes now',
    });
    const paused = storyOf({ facts: { readStore: REFUSED }, stopped: [{}] });
    expect(paused.aggregates[0]!.groups[0]).toMatchObject({
      state: 'unknown',
      cause: { code: 'partition-paused' },
    });
  });

  it('tells of rows and paused partitions if the event store does not answer', () => {
    const story = storyOf({
      rows: { 'user-list': 7 },
      facts: { eventStore: REFUSED },
      parked: [{}],
      stopped: [{}],
    });
    expect(story.match).toBeNull();
    expect(story.headline).toEqual([
      'The event store does not answer (connect ECONNREFUSED): nothing can be told of events.',
      'user-list is at 7, parked: projection-failed.',
      'user-stats is at 9.',
      '1 partition paused: user-list user-events/4.',
    ]);
  });

  it('names every source that does not answer, but no app that nobody needs', () => {
    const apps = ['command-api', 'projector', 'process-manager'].map((app) => ({
      app,
      url: `http://${app}`,
      answer: REFUSED,
    }));
    const facts = {
      eventStore: REFUSED,
      kafka: REFUSED,
      readStore: REFUSED,
      processManagers: REFUSED,
      mails: REFUSED,
      apps,
    };
    const { unreachable } = storyOf({ facts });
    expect(unreachable.map(({ source }) => source)).toEqual([
      'event store',
      'kafka',
      'read store',
      'process managers',
      'notifier',
      'command-api at http://command-api',
      'projector at http://projector',
    ]);
  });

  it('says that nothing has an id', () => {
    const { headline } = storyOf({ store: { match: 'none', streams: [] } });
    expect(headline[0]).toBe('No event has this id, and none was caused by a request of this id.');
  });

  it('says that there is more than it shows', () => {
    expect(storyOf({ store: { isCut: true } }).headline).toContain(
      'It concerns more than what is shown here.',
    );
  });

  it('shows the events that were asked for, with request, command, store, relays, topic, groups and mails', () => {
    const asked = [trace(8).eventId];
    const story = storyOf({
      ...behind,
      events: { asked },
      published: { kafka: 9, rabbitmq: 7 },
      nextOffset: 90n,
      facts: {
        mails: {
          ok: true,
          value: [
            {
              eventId: asked[0]!,
              mail: 'welcome',
              status: 'sent',
              attempts: 1,
              reason: null,
              settledAt: NOW.toISOString(),
            },
            {
              eventId: asked[0]!,
              mail: 'reminder',
              status: 'waiting',
              attempts: 2,
              reason: null,
              settledAt: null,
            },
          ],
        },
      },
    });
    expect(story.aggregates[0]!.events).toEqual([
      {
        eventId: asked[0],
        type: 'user.updated',
        version: 8,
        occurredAt: trace(8).occurredAt,
        correlationId: 'request 8',
        causationId: 'command 8',
        traceId: '4bf92f3577b34da6a3ce929d0e0e4736',
        isAsked: true,
        hops: [
          { place: 'request', state: 'done', text: 'correlation id request 8' },
          { place: 'command', state: 'done', text: 'command 8' },
          { place: 'store', state: 'done', text: `at ${trace(8).occurredAt}, transaction 108, position 8` },
          { place: 'relay kafka', state: 'done', text: 'published; host:12 publishes now' },
          {
            place: 'relay rabbitmq',
            state: 'waits',
            text: expect.stringMatching(/^the relay rabbitmq is behind/),
          },
          {
            place: 'topic',
            state: 'done',
            text: `user-events, partition 4, offset 108, at ${secondsAgo(50).toISOString()}`,
          },
          { place: 'user-list', state: 'waits', text: expect.stringMatching(/^is at 7: user-list lags/) },
          { place: 'user-stats', state: 'done', text: 'applied' },
          { place: 'mail welcome', state: 'done', text: `sent at ${NOW.toISOString()}` },
          { place: 'mail reminder', state: 'waits', text: 'waiting, 2 attempts' },
        ],
      },
    ]);
  });

  it('names the saga whose command caused an event, its timers, and that it waits', () => {
    const instance = {
      processManager: 'onboarding',
      instanceId: USER,
      hasEnded: false,
      commands: [
        {
          commandId: 'command 9',
          type: 'deactivate-user',
          sentAt: NOW.toISOString(),
          transactionId: '1',
          globalPosition: '1',
        },
      ],
      timers: [{ name: 'reminder', dueAt: NOW.toISOString(), firesAt: NOW.toISOString(), failures: 2 }],
    };
    const { groups } = factsOf();
    const saga = {
      ...groups[0]!,
      name: 'onboarding',
      fullName: 'onboarding',
      kind: 'process-manager' as const,
      app: 'process-manager',
    };
    const processManagers = {
      ok: true as const,
      value: { checkpoints: [], versions: [], parked: [], instances: [instance] },
    };
    const story = storyOf({ facts: { processManagers, groups: [...groups, saga] } });

    expect(story.headline[0]).toMatch(/: onboarding is at 0, store at 9: /);
    expect(story.aggregates[0]!.groups[0]).toMatchObject({ group: 'onboarding', state: 'waits' });
    expect(story.aggregates[0]!.events.at(-1)!.hops[1]!.text).toBe(
      `command 9, deactivate-user of onboarding, sent at ${NOW.toISOString()}`,
    );
    const text = formatStory(story).join('\n');
    expect(text).toMatch(
      /saga onboarding +goes on\n +timer reminder due at \S+, failed 2 times\n +command command 9/,
    );
  });

  it('lets no id control the terminal', () => {
    const events = { traces: [trace(9, { correlationId: 'a\u001b[31m' })] };
    expect(formatStory(storyOf({ events })).join('')).not.toContain('\u001b');
  });
});
