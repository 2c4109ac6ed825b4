import { startApp } from '@eventfleet/testing';
import { startFleet, type Fleet } from '../e2e/support/fleet.js';

let fleet: Fleet;
beforeAll(async () => {
  fleet = await startFleet('partition-count', { commandApis: 0, env: { USER_EVENTS_PARTITIONS: '3' } });
});
afterAll(() => fleet.stop());

describe('another number of partitions than the topic has', () => {
  it.each(['command-api', 'projector', 'process-manager'])(
    'ends %s with one message that names the variable, also where it is the default',
    async (name) => {
      const { USER_EVENTS_PARTITIONS: _, ...env } = fleet.env as Record<string, string>;
      const message = await startApp(name, env, { until: 'live' }).then(
        async (app) => `${await app.exited}\n${app.logs()}`,
        (error: unknown) => String(error),
      );
      expect(message).toMatch(
        new RegExp(
          `exit code 1[^]*${name}: topic ${fleet.topicPrefix}user-events has 3 partitions, ` +
            'USER_EVENTS_PARTITIONS says 12: the number is fixed for the life of the topic; set USER_EVENTS_PARTITIONS to 3',
        ),
      );
    },
  );
});
