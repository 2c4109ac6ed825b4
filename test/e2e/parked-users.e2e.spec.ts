import { randomUUID } from 'node:crypto';
import { createPublisher, describeTopic, partitionOf } from '@eventfleet/kafka';
import { eventually, startApp } from '@eventfleet/testing';
import { startFleet, type Fleet } from './support/fleet.js';
import { send } from './support/http.js';
import { kafkaOf } from './support/topic.js';

let fleet: Fleet;
let commands: string;
let queries: string;

beforeAll(async () => {
  fleet = await startFleet('parked', { commandApis: 1, projectors: 1, queryApis: 1 });
  commands = fleet.commandApis[0]!.url;
  queries = fleet.queryApis[0]!.url;
}, 60_000);
afterAll(() => fleet.stop(), 60_000);

async function createUser(): Promise<{ id: string; token: Record<string, string> }> {
  const id = randomUUID();
  const created = await send('POST', `${commands}/users`, { id, name: 'Ann', email: `${id}@example.org` });
  return { id, token: { 'Consistency-Token': created.headers.get('consistency-token')! } };
}

async function publish(key: string, value: string | null): Promise<void> {
  const kafka = kafkaOf(fleet.env);
  const topic = `${fleet.topicPrefix}user-events`;
  const { partitions } = await describeTopic(kafka, topic);
  const publisher = createPublisher(kafka);
  await publisher.publish(topic, [{ partition: partitionOf(key, partitions), key, value, headers: {} }]);
  await publisher.disconnect();
}

const failureOf = (command: Promise<string>) =>
  command.then(
    () => undefined,
    ({ code, stderr }: { code: number; stderr: string }) => [code, stderr],
  );

describe('a tombstone under the key of a user', () => {
  it('parks that user until an operator discards it; a token says so at once, all others are served', async () => {
    const poisoned = await createUser();
    await send('GET', `${queries}/users/${poisoned.id}`, undefined, poisoned.token);
    await publish(poisoned.id, null);
    const renamed = await send('PUT', `${commands}/users/${poisoned.id}`, { name: 'Bea' });
    const token = {
      'Consistency-Token': renamed.headers.get('consistency-token')!,
      Prefer: 'wait=20',
    };

    const started = Date.now();
    for (const path of [`/users/${poisoned.id}`, '/users', '/stats/users']) {
      const answer = await send('GET', `${queries}${path}`, undefined, token);
      expect(answer.body).toMatchObject({ status: 503, code: 'projection-behind', reason: 'parked' });
      expect(answer.headers.get('retry-after')).toBe('1');
    }
    expect(Date.now() - started).toBeLessThan(10_000);
    const well = await createUser();
    const served = await send('GET', `${queries}/users/${well.id}`, undefined, well.token);
    expect(served.status).toBe(200);

    const lines = JSON.parse(await fleet.cli('parked', 'list', '--json')) as Record<string, unknown>[];
    expect(lines).toHaveLength(2);
    expect(lines[0]).toMatchObject({
      key: poisoned.id,
      waiting: 2,
      errorCode: 'undecodable',
      attempts: 5,
      mark: null,
    });
    expect(await fleet.cli('parked', 'list', '--projection', 'user-list')).toMatch(
      new RegExp(`^user-list ${poisoned.id}: 2 waiting since \\S+Z, undecodable \\(.+\\), 5 attempts\n$`),
    );
    expect(await fleet.cli('status')).toContain('2 events of 1 keys parked');
    expect(await fleet.cli('parked', 'show', poisoned.id, '--projection', 'user-list')).toContain('Bea');

    await fleet.projectors[0]!.stop();
    const projector = await startApp('projector', fleet.env);
    try {
      expect(await fleet.cli('parked', 'discard', poisoned.id)).toMatch(/^2 keys marked for discard/);
      const shown = await eventually(async () => {
        const answer = await send('GET', `${queries}/users/${poisoned.id}`, undefined, token);
        return answer.status === 200 && answer;
      });
      expect(shown.body).toMatchObject({ name: 'Bea', version: 2 });
    } finally {
      await projector.stop();
    }
  }, 60_000);

  it('is named where nothing matches, with exit code 1', async () => {
    expect(await failureOf(fleet.cli('parked', 'retry', 'nobody'))).toEqual([
      1,
      'fleet: no key "nobody" is parked\n',
    ]);
    expect(await failureOf(fleet.cli('parked', 'show', 'x', '--projection', 'user-list'))).toEqual([
      1,
      'fleet: no key "x" is parked in projection user-list\n',
    ]);
    expect(await failureOf(fleet.cli('parked', 'retry'))).toEqual([1, 'fleet: name one key, or --all\n']);
  }, 30_000);
});
