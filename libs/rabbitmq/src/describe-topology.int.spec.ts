import type { RabbitmqSettings } from '@eventfleet/config';
import { describeWithRabbitmq } from '@eventfleet/testing';
import { describeTopology } from './describe-topology.js';
import { ensureQueues } from './ensure-queues.js';
import { onChannel, QUEUE, removeTopology, testSettings } from './rabbitmq.fixture.js';
import { withPrefix } from './topology.js';

describeWithRabbitmq('the topology of a RabbitMQ', (url) => {
  let settings: RabbitmqSettings;
  beforeEach(() => {
    settings = testSettings(url);
  });
  afterEach(() => removeTopology(settings));

  async function states(): Promise<Record<string, string>> {
    const { parts } = await describeTopology(settings, [QUEUE]);
    return Object.fromEntries(
      parts.map(({ kind, name, state }) => [`${kind} ${name.slice(settings.prefix.length)}`, state]),
    );
  }

  const everywhere = (state: string) => ({
    'exchange events': state,
    'queue work.dead-letter': state,
    'queue work.retry.short': state,
    'queue work.retry.long': state,
    'queue work': state,
  });

  it('is missing until it is made, and looking at it makes nothing', async () => {
    expect(await states()).toEqual(everywhere('missing'));
    expect(await states()).toEqual(everywhere('missing'));

    await ensureQueues(settings, [QUEUE]);
    expect(await states()).toEqual(everywhere('as declared'));
  });

  it('is different where it is less durable, or moves messages elsewhere', async () => {
    await ensureQueues(settings, [QUEUE]);
    await onChannel(settings, async (channel) => {
      const [exchange, classic, tier] = ['events', 'work', 'work.retry.short'].map((name) =>
        withPrefix(settings, name),
      ) as [string, string, string];
      await channel.deleteExchange(exchange);
      await channel.assertExchange(exchange, 'topic', { durable: false });
      await channel.deleteQueue(classic);
      await channel.assertQueue(classic, { durable: true });
      await channel.deleteQueue(tier);
      await channel.assertQueue(tier, { durable: true, arguments: { 'x-queue-type': 'quorum' } });
    });

    expect(await states()).toEqual({
      ...everywhere('as declared'),
      'exchange events': 'different',
      'queue work': 'different',
      'queue work.retry.short': 'different',
    });
  });

  it('comes with what the server says that it is', async () => {
    expect(await describeTopology(settings, [])).toMatchObject({
      product: 'RabbitMQ',
      version: expect.stringMatching(/^\d+\.\d+/),
    });
  });
});
