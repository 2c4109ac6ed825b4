import { randomUUID } from 'node:crypto';
import { toCloudEvent } from '@eventfleet/contracts';
import { createPublisher, describeTopic, partitionOf } from '@eventfleet/kafka';
import { eventually } from '@eventfleet/testing';
import { reflecting, send } from '../support/http.js';
import { kafkaOf, readUserEvents } from '../support/topic.js';
import type { ContractStage } from './contract-stage.js';

/** Less than one of the waits that the queries ask for. */
const AT_ONCE_MS = 20_000;

export function describeParkedUsers(stage: ContractStage): void {
  const queries = () => stage.fleet.queryApis[0]!.url;
  const cli = (...args: string[]) => stage.fleet.cli(...args);

  async function createUser(): Promise<{ id: string; token: Record<string, string> }> {
    const id = randomUUID();
    const created = await send('POST', stage.users, { id, name: 'Ann', email: `${id}@example.org` });
    return { id, token: reflecting(created) };
  }

  async function publish(
    key: string,
    value: string | null,
    headers: Record<string, string> = {},
  ): Promise<void> {
    const kafka = kafkaOf(stage.fleet.env);
    const topic = `${stage.fleet.topicPrefix}user-events`;
    const { partitions } = await describeTopic(kafka, topic);
    const publisher = createPublisher(kafka);
    await publisher.publish(topic, [{ partition: partitionOf(key, partitions), key, value, headers }]);
    await publisher.disconnect();
  }

  const failureOf = (command: Promise<string>) =>
    command.then(
      () => undefined,
      ({ code, stderr }: { code: number; stderr: string }) => [code, stderr],
    );

  describe('an event of a user that arrives without its data', () => {
    it('parks that user until an operator discards it; a token says so at once, all others are served', async () => {
      const poisoned = await createUser();
      await send('GET', `${queries()}/users/${poisoned.id}`, undefined, poisoned.token);
      const event = (await readUserEvents(stage.fleet.env)).find(
        ({ aggregateId }) => aggregateId === poisoned.id,
      );
      await publish(poisoned.id, null, toCloudEvent(event!).headers);
      const renamed = await send('PUT', `${stage.users}/${poisoned.id}`, { name: 'Bea' });
      const token = reflecting(renamed);

      const started = Date.now();
      for (const path of [`/users/${poisoned.id}`, '/users', '/stats/users']) {
        const answer = await send('GET', `${queries()}${path}`, undefined, token);
        expect(answer.body).toMatchObject({ status: 503, code: 'projection-behind', reason: 'parked' });
        expect(answer.headers.get('retry-after')).toBe('1');
      }
      expect(Date.now() - started).toBeLessThan(AT_ONCE_MS);
      const well = await createUser();
      const served = await send('GET', `${queries()}/users/${well.id}`, undefined, well.token);
      expect(served.status).toBe(200);

      const lines = JSON.parse(await cli('parked', 'list', '--json')) as Record<string, unknown>[];
      expect(lines).toHaveLength(2);
      expect(lines[0]).toMatchObject({
        key: poisoned.id,
        waiting: 2,
        errorCode: 'undecodable',
        attempts: 5,
        mark: null,
      });
      expect(await cli('parked', 'list', '--projection', 'user-list')).toMatch(
        new RegExp(`^user-list ${poisoned.id}: 2 waiting since \\S+Z, undecodable \\(.+\\), 5 attempts\n$`),
      );
      expect(await cli('status')).toContain('2 events of 1 keys parked');
      expect(await cli('parked', 'show', poisoned.id, '--projection', 'user-list')).toContain('Bea');

      await stage.fleet.projectors[0]!.stop();
      stage.fleet.projectors[0] = await stage.fleet.start('projector');
      expect(await cli('parked', 'discard', poisoned.id)).toMatch(/^2 keys marked for discard/);
      const shown = await eventually(async () => {
        const answer = await send('GET', `${queries()}/users/${poisoned.id}`, undefined, token);
        return answer.status === 200 && answer;
      });
      expect(shown.body).toMatchObject({ name: 'Bea', version: 2 });
    });

    it('is named where nothing matches, with exit code 1', async () => {
      expect(await failureOf(cli('parked', 'retry', 'nobody'))).toEqual([
        1,
        'fleet: no key "nobody" is parked\n',
      ]);
      expect(await failureOf(cli('parked', 'show', 'x', '--projection', 'user-list'))).toEqual([
        1,
        'fleet: no key "x" is parked in projection user-list\n',
      ]);
      expect(await failureOf(cli('parked', 'retry'))).toEqual([1, 'fleet: name one key, or --all\n']);
    });
  });
}
