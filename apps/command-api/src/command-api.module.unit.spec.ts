import { setImmediate as nextTurn } from 'node:timers/promises';
import { jest } from '@jest/globals';
import type { OnApplicationShutdown } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { pino } from 'pino';
import { aggregates } from './aggregates.js';
import { CommandApiModule } from './command-api.module.js';
import { problemsOf } from './command-api.problems.js';
import { EventStorePools } from './event-store/event-store-pools.js';
import { InProcessEventsShutdown } from './in-process-events/in-process-events.shutdown.js';
import { EventRelays } from './publication/event-relays.js';
import { RelayBacklog } from './publication/relay-backlog.js';
import { UserCommandExecutor } from './users/user-command-executor.js';

const config = {
  host: '127.0.0.1',
  port: 0,
  logLevel: 'silent' as const,
  failpoint: undefined,
  eventStoreUrl: 'postgres://127.0.0.1:1/none',
  readStoreUrl: 'postgres://127.0.0.1:1/none',
  kafka: {
    brokers: ['127.0.0.1:1'],
    ssl: false,
    replicationFactor: 1,
    topicPrefix: '',
    partitions: 1,
    sessionTimeoutMs: 10_000,
  },
  rabbitmq: undefined,
  limits: {},
  onboarding: { isOn: false, timeoutMs: 1_000 },
  signingKeys: [],
  personalDataKeys: [],
  relayBacklogLimit: 1,
};

/** Notes when each one has stopped, some turns after its hook was called. */
function recordStops(parts: readonly { readonly prototype: OnApplicationShutdown; readonly name: string }[]) {
  const stopped: string[] = [];
  for (const { name, prototype } of parts) {
    const stop = prototype.onApplicationShutdown;
    jest.spyOn(prototype, 'onApplicationShutdown').mockImplementation(async function (
      this: OnApplicationShutdown,
    ) {
      await nextTurn();
      await stop.call(this);
      stopped.push(name);
    });
  }
  return stopped;
}

afterEach(() => jest.restoreAllMocks());

describe('the command API', () => {
  it('stops in order: commands under way, relays with their checkpoints, listeners, pools', async () => {
    const stopped = recordStops([
      EventStorePools,
      InProcessEventsShutdown,
      EventRelays,
      RelayBacklog,
      UserCommandExecutor,
    ]);
    const logger = pino({ level: 'silent' });
    const problems = problemsOf(aggregates);
    const module = await Test.createTestingModule({
      imports: [CommandApiModule.forRoot({ config, logger, aggregates, problems })],
    }).compile();
    await module.close();

    expect(stopped[0]).toBe('UserCommandExecutor');
    expect(stopped.slice(1, 3).toSorted()).toEqual(['EventRelays', 'RelayBacklog']);
    expect(stopped.slice(3)).toEqual(['InProcessEventsShutdown', 'EventStorePools']);
  });
});
