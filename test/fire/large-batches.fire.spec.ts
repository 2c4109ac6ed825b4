import { randomUUID } from 'node:crypto';
import { peakMemoryMb } from '@eventfleet/embedded';
import { partitionOf } from '@eventfleet/kafka';
import { eventually, sendCompressed, type AppProcess } from '@eventfleet/testing';
import { groupsThatSetAside } from '../e2e/support/dead-letters.js';
import { startFleet, type Fleet } from '../e2e/support/fleet.js';
import { send } from '../e2e/support/http.js';
import { request } from '../e2e/support/request.js';

let fleet: Fleet;
let processManager: AppProcess;
beforeAll(async () => {
  fleet = await startFleet('large-batches', {
    projectors: 1,
    queryApis: 1,
    env: {
      USER_EVENTS_PARTITIONS: '3',
      ONBOARDING: 'on',
      VERIFICATION_SECRET: 'a-secret-that-only-this-test-knows',
    },
  });
  processManager = await fleet.start('process-manager');
});
afterAll(() => fleet.stop());

describe('records that unpack to 300 MB', () => {
  it('stop nobody, fill no memory, and are found as dead letters', async () => {
    const id = randomUUID();
    const value = Buffer.alloc(300_000_000, ' ');
    const partition = partitionOf(id, 3);
    for (const name of ['user-events', 'user-commands'])
      await sendCompressed('gzip', [{ topic: fleet.topicPrefix + name, partition, value }]);

    const [commandApi, queryApi] = [fleet.commandApis[0]!, fleet.queryApis[0]!];
    const user = { id, name: 'Ada', email: `${id}@example.org` };
    expect((await send('POST', `${commandApi.url}/users`, user)).status).toBe(201);
    await eventually(async () => (await request(`${queryApi.url}/users/${id}`)).ok);
    await eventually(async () => {
      const groups = ['command-api', 'onboarding', 'user-list', 'user-stats'];
      expect(await groupsThatSetAside(fleet, 'batch-too-large')).toEqual(groups);
      return true;
    });
    for (const { pid } of [commandApi, processManager, ...fleet.projectors]) {
      expect(peakMemoryMb(pid)).toBeLessThan(400);
    }
  });
});
