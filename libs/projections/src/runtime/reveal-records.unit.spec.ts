import { toCloudEvent, type RecordedEvent } from '@eventfleet/contracts';
import type { KafkaRecord } from '@eventfleet/kafka';
import { decodeRecord } from './decode-record.js';
import { revealRecords } from './reveal-records.js';

function recordOf(nth: number): KafkaRecord {
  const event: RecordedEvent = {
    eventId: `0190b6e8-0000-7000-8000-00000000001${nth}`,
    type: 'user.created',
    schemaVersion: 1,
    aggregateType: 'user',
    aggregateId: `0190b6e8-0000-7000-8000-00000000000${nth}`,
    version: 1,
    globalPosition: String(nth),
    occurredAt: '2026-01-02T03:04:05.678Z',
    data: `secret ${nth}`,
    correlationId: 'c',
    causationId: 'k',
    traceparent: 't',
  };
  const { key, value, headers } = toCloudEvent(event);
  return { key: Buffer.from(key), value: Buffer.from(value), headers, offset: BigInt(nth), timestamp: 0 };
}

describe('records with encrypted data', () => {
  const records = [recordOf(0), { ...recordOf(1), headers: {} }, recordOf(2), recordOf(3)];
  const decoded = records.map((record) => decodeRecord('list', 0, record));

  it('are read in their places, and what is parked of them stays encrypted', async () => {
    const asked: string[] = [];
    const revealed = await revealRecords('list', decoded, async (events) => {
      asked.push(...events.map(({ data }) => data));
      return events.map((event) =>
        event.data === 'secret 2'
          ? new Error('no key')
          : { ...event, data: event.data.replace('secret', 'plain') },
      );
    });

    expect(asked).toEqual(['secret 0', 'secret 2', 'secret 3']);
    expect(revealed.map((each) => ('event' in each ? each.event.data : each.fault.code))).toEqual([
      'plain 0',
      'undecodable',
      'undecodable',
      'plain 3',
    ]);
    expect(revealed.map(({ record }) => record)).toEqual(records);
    expect(revealed.map(({ key }) => key)).toEqual(decoded.map(({ key }) => key));
  });

  it('are all tried again if the keys cannot be asked for', async () => {
    const away = new Error('away');
    await expect(revealRecords('list', decoded, () => Promise.reject(away))).rejects.toBe(away);
  });
});
