import { createRequire } from 'node:module';
import { jest } from '@jest/globals';
import { eventually } from '@eventfleet/testing';
import { startTestKafka } from '../../kafka.fixture.js';
import { groupIsEmpty, startConsumer } from '../../consumer/batch-consumer.fixture.js';

interface BrokerPrototype {
  findGroupCoordinator(request: object): Promise<unknown>;
  joinGroup(request: object): Promise<unknown>;
}

const require = createRequire(import.meta.url);
const { prototype: broker } = require('kafkajs/src/broker') as { prototype: BrokerPrototype };
const { KafkaJSProtocolError: Refusal } = require('kafkajs/src/errors') as {
  KafkaJSProtocolError: new (error: { type: string; message: string; retriable: true }) => Error;
};
const refusal = (type: string) => new Refusal({ type, message: type, retriable: true });

/** Has kafkajs join once in vain, and then wait for its group's coordinator: what a Kafka that just started answers. */
function startingKafka() {
  const { findGroupCoordinator: original } = broker;
  const joins = jest.spyOn(broker, 'joinGroup').mockRejectedValueOnce(refusal('GROUP_LOAD_IN_PROGRESS'));
  const held = Promise.withResolvers<void>();
  let isHeld = false;
  jest.spyOn(broker, 'findGroupCoordinator').mockImplementation(async function (
    this: BrokerPrototype,
    request,
  ) {
    if (isHeld || joins.mock.calls.length === 0) return original.call(this, request);
    isHeld = true;
    await held.promise;
    throw refusal('GROUP_COORDINATOR_NOT_AVAILABLE');
  });
  return {
    isHeld: () => isHeld,
    release: held.resolve,
    /** Resolves once the group has taken the consumer. */
    joined: async () => {
      await eventually(() => joins.mock.results.length === 2);
      await joins.mock.results[1]?.value;
    },
  };
}

describe('a consumer that is stopped while it joins its group', () => {
  afterEach(() => jest.restoreAllMocks());

  it('does not stay in the group: it would have partitions, and handle nothing of them', async () => {
    const test = await startTestKafka('stopped-joining');
    const starting = startingKafka();
    const { close } = await startConsumer(test);
    await eventually(() => starting.isHeld());

    await close();
    starting.release();
    await starting.joined();

    await groupIsEmpty(test);
  });
});
