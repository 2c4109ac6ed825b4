import {
  fromCloudEvent,
  notificationEvents,
  notificationId,
  toCloudEvent,
  userEvents,
} from '@eventfleet/contracts';
import { jest } from '@jest/globals';
import { createKafka } from '@eventfleet/kafka';
import { recordedHistory } from '@eventfleet/testing';
import { pino } from 'pino';
import { FailureReport, notificationFailed } from './failure-report.js';

const userId = '0190b6e8-5c1a-7000-8000-000000000001';
const [event] = recordedHistory(userEvents, userId, [
  { type: 'user.created', data: { id: userId, name: 'Ann', email: 'ann@example.org' } },
]);
const failure = {
  event: event!,
  eventId: event!.eventId,
  mail: 'welcome',
  reason: 'refused',
  decidedAt: new Date('2026-01-02T03:04:05.678Z'),
} as const;

describe('notification.failed', () => {
  it('fits its contract, and is caused by the event that the mail was to tell of', () => {
    const recorded = notificationFailed(failure);
    const id = notificationId(event!.eventId, 'welcome');
    expect(notificationEvents.parse(recorded)).toMatchObject({
      aggregateType: 'notification',
      aggregateId: id,
      version: 1,
      occurredAt: '2026-01-02T03:04:05.678Z',
      correlationId: event!.correlationId,
      causationId: event!.eventId,
      data: { id, userId, eventId: event!.eventId, mail: 'welcome', reason: 'refused' },
    });
    const { key, value, headers } = toCloudEvent(recorded, '/eventfleet/notifier');
    expect(fromCloudEvent({ key: Buffer.from(key), value: Buffer.from(value), headers })).toEqual(recorded);
  });

  it('is the same event when it is reported again, and another one for another mail', () => {
    expect(notificationFailed(failure)).toEqual(notificationFailed({ ...failure }));
    const other = notificationFailed({ ...failure, mail: 'goodbye' });
    expect(other.eventId).not.toBe(notificationFailed(failure).eventId);
  });

  it('has no personal data', () => {
    expect(JSON.stringify(notificationFailed(failure))).not.toMatch(/ann/i);
  });
});

describe('a report while Kafka is away', () => {
  afterEach(() => jest.useRealTimers());

  it('fails those that wait behind it at once, and is tried again after some seconds', async () => {
    jest.useFakeTimers();
    const kafka = { brokers: ['127.0.0.1:1'], ssl: false, replicationFactor: 1, topicPrefix: '' };
    const settings = { ...kafka, partitions: 1, sessionTimeoutMs: 10_000 };
    const away = new Error('publish-failed');
    const publish = jest.fn<() => Promise<Map<number, bigint>>>().mockRejectedValueOnce(away);
    const report = new FailureReport(
      createKafka(settings, 'test', pino({ level: 'silent' })),
      settings,
      undefined,
      { publish: publish.mockResolvedValue(new Map()), disconnect: async () => undefined },
      async () => ({ partitions: 1 }),
    );

    const queued = Array.from({ length: 10 }, () => report.publish(failure));
    for (const { status } of await Promise.allSettled(queued)) expect(status).toBe('rejected');
    await expect(report.publish(failure)).rejects.toBe(away);
    expect(publish).toHaveBeenCalledTimes(1);

    jest.advanceTimersByTime(5_000);
    await report.publish(failure);
    expect(publish).toHaveBeenCalledTimes(2);
  });
});
