import { randomUUID } from 'node:crypto';
import { NOTIFIER_QUEUE } from '@eventfleet/contracts';
import { describeWithRabbitmq, eventually, uniquePrefix } from '@eventfleet/testing';
import amqplib, { type Channel, type ChannelModel, type GetMessage } from 'amqplib';
import { expectDescribedAmqpMessage } from '../e2e/support/description/described-messages.js';
import { startFleet, type Fleet } from '../e2e/support/fleet.js';
import { send } from '../e2e/support/http.js';
import { request } from '../e2e/support/request.js';
import { emailOf } from '../e2e/support/users.js';

describeWithRabbitmq('RabbitMQ as the second target', (url) => {
  const prefix = uniquePrefix('rabbitmq-e2e');
  /** The users, in the order of their creation. */
  const created: string[] = [];
  const queue = prefix + NOTIFIER_QUEUE.name;
  const deadLetters = prefix + NOTIFIER_QUEUE.deadLetterQueue;
  let fleet: Fleet;
  let connection: ChannelModel;
  let channel: Channel;

  beforeAll(async () => {
    fleet = await startFleet('rabbitmq', {
      commandApis: 1,
      env: { RABBITMQ_URL: url, RABBITMQ_PREFIX: prefix },
    });
    connection = await amqplib.connect(url);
    channel = await connection.createChannel();
  });
  afterAll(async () => {
    await fleet.stop();
    const tiers = NOTIFIER_QUEUE.retryTiers.map(({ name }) => `${queue}.retry.${name}`);
    for (const name of [queue, deadLetters, ...tiers]) await channel.deleteQueue(name);
    await channel.deleteExchange(`${prefix}user-events`);
    await connection.close();
  });

  async function create(commandApi: string): Promise<string> {
    const id = randomUUID();
    const answer = await send('POST', `${commandApi}/users`, { id, name: 'Ada', email: emailOf(id) });
    expect(answer.status).toBe(201);
    created.push(id);
    return id;
  }

  /** Takes the next message of a queue. */
  const next = (from = queue) =>
    eventually(async (): Promise<GetMessage | false> => channel.get(from, { noAck: true }));
  const userOf = ({ properties }: GetMessage): unknown => properties.headers?.['cloudEvents:subject'];

  it('has an event in the queue that is bound for it, with the attributes of CloudEvents', async () => {
    const id = await create(fleet.commandApis[0]!.url);

    const { content, fields, properties } = await next();

    expectDescribedAmqpMessage('user-events', {
      headers: properties.headers ?? {},
      value: content.toString(),
    });

    expect(JSON.parse(content.toString())).toMatchObject({ id, name: 'Ada' });
    expect(fields).toMatchObject({ exchange: `${prefix}user-events`, routingKey: 'user.created' });
    expect(properties).toMatchObject({
      contentType: 'application/json',
      deliveryMode: 2,
      headers: {
        'cloudEvents:type': 'user.created',
        'cloudEvents:subject': id,
        'cloudEvents:aggregateversion': '1',
      },
    });
    expect(properties.messageId).toBe(properties.headers?.['cloudEvents:id']);
  });

  it('shows in status and metrics, beside the relay to Kafka', async () => {
    const status = await fleet.cli('status');
    expect(status).toMatch(/relay kafka: published by .*, 0 events behind/);
    expect(status).toMatch(/relay rabbitmq: published by .*, 0 events behind/);
    const metrics = await (await request(`${fleet.commandApis[0]!.url}/metrics`)).text();
    for (const relay of ['kafka', 'rabbitmq']) {
      expect(metrics).toContain(`eventfleet_relay_backlog_events{relay="${relay}"} 0`);
      expect(metrics).toContain(`eventfleet_relay_active{relay="${relay}"} 1`);
    }
  });

  it('is no condition of anything else while it is away, and misses nothing afterwards', async () => {
    expect(await fleet.commandApis[0]!.stop()).toBe('exit code 0');
    const withoutIt = await fleet.start('command-api', { RABBITMQ_URL: 'amqp://127.0.0.1:1' });
    const ids = [await create(withoutIt.url), await create(withoutIt.url)];
    await eventually(async () => (await fleet.cli('status')).includes('relay rabbitmq: nobody publishes, 2'));
    expect(await withoutIt.stop()).toBe('exit code 0');

    const again = await fleet.start('command-api');

    const first = await next();
    const second = await next();
    expect([first, second].map(userOf)).toEqual(ids);
    expect(await again.stop()).toBe('exit code 0');
    expect(await channel.get(queue)).toBe(false);
  });

  it('gets everything again after a rewind', async () => {
    expect(await fleet.cli('relay', 'rewind', '--target', 'rabbitmq')).toContain(
      'relay rabbitmq publishes again',
    );
    const again = await fleet.start('command-api');
    const users: unknown[] = [];
    while (users.length < created.length) users.push(userOf(await next()));
    expect(users).toEqual(created);
    expect(await again.stop()).toBe('exit code 0');
    expect(await channel.get(queue)).toBe(false);
    await expect(fleet.cli('relay', 'rewind', '--target', 'carrier-pigeon')).rejects.toThrow('choices');
  });

  it('has its dead letters listed, shown and put back by the command line', async () => {
    const messageId = randomUUID();
    const headers = { 'x-attempts': 3, 'x-error-code': 'malformed-message', 'x-error-message': 'no subject' };
    channel.sendToQueue(deadLetters, Buffer.from('{"secret":"Ada"}'), {
      persistent: true,
      messageId,
      headers,
    });
    const address = `${deadLetters}/${messageId}`;
    await eventually(async () => (await fleet.cli('dead-letter', 'list')).includes(address));
    expect(await fleet.cli('dead-letter', 'list')).toContain('malformed-message: no subject');

    const shown = await fleet.cli('dead-letter', 'show', address);
    expect(shown).toContain('value: 16 bytes');
    expect(shown).toContain('x-error-code: malformed-message');
    expect(shown).not.toContain('Ada');
    expect(await fleet.cli('dead-letter', 'show', address, '--value')).toBe('{"secret":"Ada"}');

    expect(await fleet.cli('dead-letter', 'retry', address)).toContain(`${address}: 1 published again`);
    const message = await next();
    expect(message.properties.messageId).toBe(messageId);
    for (const name of Object.keys(headers)) expect(message.properties.headers).not.toHaveProperty(name);
    await expect(fleet.cli('dead-letter', 'retry', deadLetters)).rejects.toThrow('nothing waits');
  });
});
