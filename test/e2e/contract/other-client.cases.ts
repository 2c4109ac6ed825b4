import { randomUUID } from 'node:crypto';
import { createRequire } from 'node:module';
import { Consumer, MessagesStreamModes, stringDeserializers } from '@platformatic/kafka';
import { eventually } from '@eventfleet/testing';
import { expectDescribedRecord } from '../support/description/described-messages.js';
import { send } from '../support/http.js';
import type { ContractStage } from './contract-stage.js';

export function describeOtherClient(stage: ContractStage): void {
  /** Another implementation than the fleet's own. */
  const murmur2 = createRequire(import.meta.url)('kafkajs/src/producer/partitioners/default/murmur2') as (
    key: Buffer,
  ) => number;

  describe('a subscriber with another Kafka client', () => {
    it('reads the CloudEvents headers, and finds each key in the partition that Java would choose', async () => {
      const users = Array.from({ length: 20 }, () => ({
        id: randomUUID(),
        name: 'Ada',
        correlation: randomUUID(),
      }));
      for (const { id, name, correlation } of users) {
        const traceparent = `00-${id.replaceAll('-', '')}-00f067aa0ba902b7-01`;
        await send(
          'POST',
          stage.users,
          { id, name, email: `${id}@example.org` },
          { 'X-Correlation-Id': correlation, traceparent },
        );
      }
      const consumer = new Consumer({
        groupId: `other-client-${randomUUID()}`,
        clientId: 'other-client',
        bootstrapBrokers: stage.fleet.env.KAFKA_BROKERS!.split(','),
        deserializers: stringDeserializers,
      });
      const stream = await consumer.consume({
        topics: [`${stage.fleet.topicPrefix}user-events`],
        mode: MessagesStreamModes.EARLIEST,
        autocommit: false,
      });
      const ids = new Set<string>(users.map(({ id }) => id));
      const seen = new Map<string, { partition: number; value: string; headers: Record<string, string> }>();
      stream.on('data', ({ key, partition, value, headers }) => {
        if (!ids.has(String(key))) return;
        seen.set(String(key), {
          partition,
          value,
          headers: Object.fromEntries(headers) as Record<string, string>,
        });
      });
      await eventually(() => seen.size === users.length, { describe: 'every message' });
      await stream.close();
      await consumer.close();

      for (const { id, name, correlation } of users) {
        const { partition, value, headers } = seen.get(id)!;
        expectDescribedRecord('user-events', { key: id, value, headers });
        expect(partition).toBe((murmur2(Buffer.from(id)) & 0x7fff_ffff) % 12);
        expect(JSON.parse(value)).toEqual({ id, name, email: `${id}@example.org` });
        expect(headers).toEqual({
          ce_specversion: '1.0',
          ce_id: expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{4}-7/),
          ce_source: '/eventfleet/command-api',
          ce_type: 'user.created',
          ce_subject: id,
          ce_time: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
          ce_dataschema: 'urn:eventfleet:schema:user.created:1',
          ce_partitionkey: id,
          ce_aggregateversion: '1',
          ce_globalposition: expect.stringMatching(/^\d+$/),
          ce_correlationid: correlation,
          ce_causationid: expect.any(String),
          'content-type': 'application/json',
          traceparent: `00-${id.replaceAll('-', '')}-00f067aa0ba902b7-01`,
        });
      }
    });
  });
}
