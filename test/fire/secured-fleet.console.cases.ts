import { randomUUID } from 'node:crypto';
import { createKafka, createPublisher } from '@eventfleet/kafka';
import { eventually, withClient } from '@eventfleet/testing';
import { pino } from 'pino';
import { reflecting, send, type Answer } from '../e2e/support/http.js';
import type { SecuredFleet } from '../e2e/support/secured-fleet.js';
import { kafkaSettingsOf } from '../e2e/support/topic.js';

/** What operators do by the console, as a user that is neither the owner of the events nor administrator of Kafka. */
export function describeConsole(fleet: () => SecuredFleet): void {
  describe('with a console', () => {
    const get = (path: string) => send('GET', `${fleet().apps.console.url}/api/${path}`);
    const act = (path: string, body: object) => send('POST', `${fleet().apps.console.url}/api/${path}`, body);
    const createUser = async () => {
      const id = randomUUID();
      const body = { id, name: 'Eve', email: `${id}@example.org` };
      const created = await send('POST', `${fleet().apps['command-api'].url}/users`, body);
      const url = `${fleet().apps['query-api'].url}/users/${id}`;
      expect((await send('GET', url, undefined, reflecting(created))).status).toBe(200);
      return id;
    };
    const work = async (job: string) => {
      const started = await act('projections/jobs', { projection: 'user-list', job });
      expect([job, started.status]).toEqual([job, 202]);
      const ended = await eventually(
        async () => {
          const { body } = await get('projections');
          const views = body as unknown as {
            projection: string;
            job: { state: string; text: string } | null;
          }[];
          const view = views.find(({ projection }) => projection === 'user-list')?.job;
          return view && view.state !== 'running' ? view : undefined;
        },
        { deadlineMs: 30_000, describe: `the end of ${job}` },
      );
      expect([job, ended.state, ended.text]).toEqual([job, 'done', expect.any(String)]);
    };

    it('shows everything', async () => {
      const id = await createUser();
      const { body } = await get('fleet');
      const servers = body['servers'] as { name: string; down: string | null }[];
      expect(servers.filter(({ down }) => down !== null)).toEqual([]);
      const paths = ['parked', 'dead-letters', 'projections', 'history', 'actions', `search?q=${id}`];
      paths.push(`users/${id}`, `users/${id}/events`, `users/${id}/versions/1`, `search?q=${id}@example.org`);
      for (const path of paths) expect([path, (await get(path)).status]).toEqual([path, 200]);

      const why = await get(`why?id=${id}`);
      expect(why.status).toBe(200);
      expect(JSON.stringify(why.body)).not.toMatch(/permission denied|not authorized|AUTHORIZATION/i);
    }, 60_000);

    it('compares rows, and marks what apps act on', async () => {
      const id = await createUser();
      const mended = await act('projections/verifications', { id, mend: true });
      expect(mended).toMatchObject({ status: 200 });
      const parked = { projection: 'onboarding', key: id, mark: 'retry', expectedKeys: 1 };
      expect(await act('parked/marks', parked)).toMatchObject({ body: { code: 'nothing-parked' } });
      const conflict = { mark: 'adopt', expected: 1 };
      expect(await act('history/marks', conflict)).toMatchObject({ body: { code: 'count-changed' } });
    }, 60_000);

    it('rebuilds what the command line has rebuilt, and the command line goes back', async () => {
      const { cli } = fleet();
      await cli('projection', 'rebuild', 'user-list');
      await cli('projection', 'compare', 'user-list');
      await cli('projection', 'switch', 'user-list');
      for (const job of ['drop-previous', 'rebuild', 'compare', 'switch']) await work(job);
      await createUser();
      await cli('projection', 'rollback', 'user-list');
      await createUser();
      await cli('projection', 'rebuild', 'user-stats');
      const body = { projection: 'user-stats', job: 'drop-new' };
      expect(await act('projections/jobs', body)).toMatchObject({ status: 202 });
    }, 120_000);

    it('publishes dead letters of commands again', async () => {
      const settings = kafkaSettingsOf(await fleet().envOf('console'));
      const publisher = createPublisher(createKafka(settings, 'test', pino({ level: 'silent' })));
      const record = { partition: 0, key: Buffer.from('nobody'), value: Buffer.from('{'), headers: {} };
      await publisher.publish('user-commands', [record]);
      await publisher.disconnect();
      expect(await retryDeadLetters(fleet(), 'command-api.dead-letter')).toMatchObject({
        status: 200,
        body: { retried: 1 },
      });
    }, 60_000);

    it('writes down who did what', async () => {
      const { body } = await get('actions');
      const { items } = body as { items: { action: string; outcome: string }[] };
      expect(items).toContainEqual(expect.objectContaining({ action: 'projection.switch', outcome: 'done' }));
      expect(items).toContainEqual(expect.objectContaining({ action: 'history.adopt', outcome: 'refused' }));
    });

    it('owns the read tables whoever made them', async () => {
      const owners = await withClient(fleet().servers.postgresAsSuperuser('eventfleet_read'), (client) =>
        client.query(`select distinct tableowner from pg_tables
                      where schemaname !~ '^(pg_|information_schema)' and tablename <> 'schema_migrations'`),
      );
      expect(owners.rows).toEqual([{ tableowner: 'eventfleet_console' }]);
    });
  });
}

/** Waits for dead letters, and has the console publish all of them again. */
export async function retryDeadLetters(fleet: SecuredFleet, topic: string): Promise<Answer> {
  const url = `${fleet.apps.console.url}/api/dead-letters`;
  const expected = await eventually(async () => {
    const { body } = await send('GET', url);
    const topics = body['topics'] as { topic: string; waiting: number }[];
    return topics.find((each) => each.topic === topic)?.waiting;
  });
  return send('POST', `${url}/retries`, { topic, expected });
}
