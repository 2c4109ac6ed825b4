import { factsOf, NOW, REFUSED, secondsAgo, trace, USER, type World } from './facts.fixture.js';
import { formatStory } from './format-story.js';
import { tellStory } from './tell-story.js';

const storyOf = (world: World = {}) => tellStory(factsOf(world));
const headlineOf = (world: World) => storyOf(world).headline[0];
const behind: World = { rows: { 'user-list': 7 } };

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
