import { randomInt, randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { eventually } from '@eventfleet/testing';
import { created, renamed } from '../history/event-history.fixture.js';
import { told } from './sse-client.fixture.js';
import { openStreamStage, type StreamStage } from './stream-stage.fixture.js';
import { UserStreams } from './user-streams.js';

let stage: StreamStage;
beforeAll(async () => {
  stage = await openStreamStage();
});
afterEach(() => stage.cleanUp());
afterAll(() => stage.close());

describe('the clients of the stream', () => {
  it('leave nothing behind, however they go', async () => {
    const streams = stage.copies[0].app.get(UserStreams);
    const clients = await Promise.all(Array.from({ length: 30 }, () => stage.open('?lastEventId=0')));
    expect(streams.size).toBe(30);
    clients.forEach((client, index) => {
      if (index % 3 === 0) client.close();
      else if (index % 3 === 1) client.response.socket.resetAndDestroy();
      else client.response.socket.end();
    });
    await eventually(() => streams.size === 0, { describe: 'the end of all streams' });
  });

  it('miss nothing and see nothing twice, however often they reconnect, and to whichever copy', async () => {
    const users = Array.from({ length: 6 }, () => randomUUID());
    const from = (await stage.openAtEnd()).lastEventId!;
    let isWriting = true;
    const write = async () => {
      for (const id of users) await stage.history.append(id, [created(id)]);
      const writers = users.map(async (id) => {
        for (let version = 2; version <= 25; version++) {
          await stage.history.append(id, [renamed(id, `Name ${version}`)]);
          await delay(randomInt(8));
        }
      });
      await Promise.all(writers);
      isWriting = false;
    };
    const read = async () => {
      const seen: string[] = [];
      let id = from;
      while (isWriting || seen.length < users.length * 25) {
        const client = await stage.open(`?lastEventId=${id}`, {}, stage.copies[randomInt(2)]);
        const wanted = randomInt(1, 30);
        await eventually(
          () =>
            told(client.messages).length >= wanted ||
            (!isWriting && seen.length + told(client.messages).length >= users.length * 25),
        );
        client.close();
        seen.push(...told(client.messages));
        id = client.lastEventId ?? id;
      }
      return seen;
    };
    const [, ...seen] = await Promise.all([write(), read(), read(), read()]);
    const expected = (await stage.tail()).filter((each) => users.some((id) => each.startsWith(id)));
    for (const each of seen) expect(each).toEqual(expected);
  });

  it('are sent off when the app stops, those that do not read too', async () => {
    const stopping = await stage.startCopy();
    const id = randomUUID();
    const names = Array.from({ length: 3_000 }, (_, index) => renamed(id, `${'x'.repeat(190)}${index}`));
    await stage.history.append(id, [created(id), ...names]);
    const [reading, deaf] = [
      await stage.openAtEnd('', stopping),
      await stage.open(`?lastEventId=0`, {}, stopping),
    ];
    deaf.response.pause();
    const started = performance.now();
    await stopping.app.close();
    expect(performance.now() - started).toBeLessThan(6_000);
    await eventually(() => reading.isEnded);
    deaf.response.resume();
    await eventually(() => deaf.isEnded);
  });
});
