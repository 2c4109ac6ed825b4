import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { kafkaSettings, kafkaVariables, loadConfig } from '@eventfleet/config';
import { AGGREGATES, userCommandReplies, WORK_QUEUES } from '@eventfleet/contracts';
import { fleetTopics } from '@eventfleet/kafka';
import { Ajv } from 'ajv';
import formats from 'ajv-formats';
import { parse } from 'yaml';
import { z } from 'zod';
import { asyncApiDocument, exchangeId, queueId } from '../../scripts/descriptions/asyncapi.ts';

const ROOT = new URL('../../', import.meta.url);
const { version } = JSON.parse(readFileSync(new URL('package.json', ROOT), 'utf8')) as { version: string };
const document = JSON.parse(JSON.stringify(asyncApiDocument(version))) as ReturnType<typeof asyncApiDocument>;
const channels = Object.entries(document.channels);

describe('the AsyncAPI document', () => {
  it('has every topic of the fleet, with the retention that it is made with', () => {
    const topics = fleetTopics(kafkaSettings(loadConfig(z.object(kafkaVariables), {})));
    const described = channels
      .filter(([, { servers }]) => JSON.stringify(servers).includes('kafka'))
      .map(([, { address, bindings }]) => ({ address, bindings }));
    expect(described).toEqual(
      topics.map(({ name, config }) => ({
        address: name,
        bindings: {
          kafka: expect.objectContaining({
            topicConfiguration: {
              'cleanup.policy': [config?.['cleanup.policy']],
              'retention.ms': Number(config?.['retention.ms']),
            },
          }),
        },
      })),
    );
  });

  it('has every exchange and queue', () => {
    const inRabbitmq = channels.filter(([id]) => id.startsWith('amqp.')).map(([id]) => id);
    const queues = WORK_QUEUES.flatMap(({ name, retryTiers, deadLetterQueue }) => [
      name,
      ...retryTiers.map((tier) => `${name}.retry.${tier.name}`),
      deadLetterQueue,
    ]);
    const exchanges = new Set(WORK_QUEUES.map(({ exchange }) => exchangeId(exchange)));
    expect(inRabbitmq).toEqual([...exchanges, ...queues.map(queueId)]);
  });

  it('has every event, command and reply of the contracts, each on its topic', () => {
    const messagesOn = (id: string) => Object.keys(document.channels[id]!.messages);
    for (const { events, commands } of AGGREGATES) {
      expect(messagesOn(events.topic)).toEqual(events.types);
      if (commands) expect(messagesOn(commands.topic)).toEqual(commands.types);
      if (commands) expect(messagesOn(commands.replyTopic)).toEqual(userCommandReplies.types);
    }
    const used = channels.flatMap(([, { messages }]) => Object.keys(messages));
    expect(new Set(used)).toEqual(new Set(Object.keys(document.components.messages)));
  });

  it('is valid AsyncAPI 3', () => {
    const schema = createRequire(import.meta.url)('@asyncapi/specs/schemas/3.0.0-without-$id.json') as object;
    const ajv = new Ajv({ strict: false, allErrors: true });
    formats.default(ajv);
    const isValid = ajv.validate(schema, document);
    expect([isValid, ajv.errors]).toEqual([true, null]);
  });

  it('is what docs/asyncapi.yaml has: `npm run describe` writes it', () => {
    expect(parse(readFileSync(new URL('docs/asyncapi.yaml', ROOT), 'utf8'))).toEqual(document);
  });
});
