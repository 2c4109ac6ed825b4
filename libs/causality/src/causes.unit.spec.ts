import { readFileSync } from 'node:fs';
import { CASES } from './causes.fixture.js';
import { factsOf, NOW, trace, USER, type World } from './facts.fixture.js';
import { formatStory } from './format-story.js';
import { tellStory } from './tell-story.js';

const storyOf = (world: World = {}) => tellStory(factsOf(world));
const headlineOf = (world: World) => storyOf(world).headline[0];
const behind: World = { rows: { 'user-list': 7 } };

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
